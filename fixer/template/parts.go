package template

// The parts of the text, in which Options.replacer replaces names in braces.

// ids are user and group by number.
const ids = "${USER_ID}:${GROUP_ID}"

// builder is the image in which what has no shell is made.
const builder = "debian:bookworm-slim"

const header = `# A service that does not run as root. Copy this file into the folder of a new
# service, as Dockerfile, and change what stands below "Replace". The ids come from
# .env through the compose file:
#
#   build:
#     context: ./modules/service-name
#     args:
#       - USER_ID=${{user var}:-1000}
#       - GROUP_ID=${{group var}:-1000}

`

const from = `# Replace: the image
FROM {image}

`

const toRoot = `# The image runs as {was}; what follows needs root, up to the last USER.
USER root

`

// arguments stand behind FROM: what is declared before it is not known in the stage.
const arguments = `# The ids of the user, and of the files that it shares with the host
ARG USER_ID=1000
ARG GROUP_ID=1000

# Replace: packages, and what else needs root

`

// plainShadow fails for an id that the image has, 0 among them.
const plainShadow = `# The user, and the directories that the service writes (Replace: /app/data)
RUN groupadd -g ${GROUP_ID} {group} && \
    useradd -m -u ${USER_ID} -g {group} {user} && \
    mkdir -p /app/data && \
    chown -R {owner} /app

`

// plainBusybox: without -D adduser asks for a password, without -G it makes a
// group of its own.
const plainBusybox = `# The user, and the directories that the service writes (Replace: /app/data)
RUN addgroup -g ${GROUP_ID} {group} && \
    adduser -D -u ${USER_ID} -G {group} {user} && \
    mkdir -p /app/data && \
    chown -R {owner} /app

`

const guardedComment = `# The user, unless the image has one with that id, and the directories that the
# service writes (Replace: /app/data). From here on it goes by the ids, whoever has
# them; 0 fails.
`

// guardedShadow has -l, which keeps a large uid from making a sparse lastlog of
// terabytes (moby/moby#5419).
const guardedShadow = guardedComment + `RUN test ${USER_ID} -gt 0 && test ${GROUP_ID} -gt 0 && \
    (getent group ${GROUP_ID} || groupadd -g ${GROUP_ID} {group}) && \
    (getent passwd ${USER_ID} || useradd -l -m -u ${USER_ID} -g ${GROUP_ID} {user}) && \
    mkdir -p /app/data && \
    chown -R {owner} /app

`

// guardedBusybox does without getent, which busybox has not. Its adduser takes
// groups by name only.
const guardedBusybox = guardedComment + `RUN test ${USER_ID} -gt 0 && test ${GROUP_ID} -gt 0 && \
    (grep -q ":x:${GROUP_ID}:" /etc/group || addgroup -g ${GROUP_ID} {group}) && \
    (grep -q ":x:${USER_ID}:" /etc/passwd || \
     adduser -D -u ${USER_ID} -G "$(grep ":x:${GROUP_ID}:" /etc/group | head -n 1 | cut -d : -f 1)" {user}) && \
    mkdir -p /app/data && \
    chown -R {owner} /app

`

const numericStep = `# The directories that the service writes (Replace: /app/data). The image has nothing
# to create accounts with: it goes by the ids; 0 fails.
RUN test ${USER_ID} -gt 0 && test ${GROUP_ID} -gt 0 && \
    mkdir -p /app/data && \
    chown -R {owner} /app

`

const files = `WORKDIR /app

# Replace: what the service is made of; without --chown it would be root's
COPY --chown={owner} . .

`

const namedEnd = `# From here on nothing runs as root
USER {run as}

# Replace: what the service runs
CMD ["id"]
`

const numericEnd = `# Without an account there is no home
ENV HOME=/app

` + namedEnd

// twoStages is for images without a shell. The test of the ids stands where there
// is one. COPY gives /app itself to the user too: it is not there before.
const twoStages = `# Replace: the image that the program is made in
FROM {builder} AS build
ARG USER_ID=1000
ARG GROUP_ID=1000
RUN test ${USER_ID} -gt 0 && test ${GROUP_ID} -gt 0
WORKDIR /src
COPY . .

# Replace: what makes the program. /out/app becomes /app, with the directories that
# the service writes (Replace: data).
RUN mkdir -p /out/app/data && \
    cp -R . /out/app

# Replace: the image. It has no shell, and nothing to create accounts with.
FROM {image}

# The ids of the user, and of the files that it shares with the host
ARG USER_ID=1000
ARG GROUP_ID=1000

COPY --from=build --chown={owner} /out/app /app
WORKDIR /app

# Without an account there is no home
ENV HOME=/app

# From here on nothing runs as root
USER {run as}

# Replace: what the service runs
CMD ["/app/server"]
`
