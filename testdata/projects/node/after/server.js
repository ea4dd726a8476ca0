'use strict';

const fs = require('node:fs');
const http = require('node:http');

const COUNTER = '/app/data/visits';

// Counts in the volume, renders a file of the image, keeps copies in the work directory and in /tmp.
function page() {
  const visits = fs.existsSync(COUNTER) ? Number(fs.readFileSync(COUNTER, 'utf8')) + 1 : 1;
  fs.writeFileSync(COUNTER, String(visits));
  const body = fs.readFileSync('/app/public/index.html', 'utf8').replace('%d', visits);
  fs.writeFileSync('/app/last.html', body);
  fs.writeFileSync('/tmp/last.html', body);
  return body;
}

const server = http.createServer((request, response) => {
  try {
    response.end(page());
  } catch (error) {
    console.log(`failed: ${error.message}`);
    response.writeHead(500).end();
  }
});

process.on('SIGTERM', () => process.exit(0));
server.listen(3000);
