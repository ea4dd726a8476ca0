'use strict';

const fs = require('node:fs');
const http = require('node:http');

// Makes a page of what is in the pipeline, and keeps it there and in its cache.
function page() {
  const names = fs.readdirSync('/pipeline-data').join(', ');
  const body = fs.readFileSync('/app/public/index.html', 'utf8').replace('%s', names);
  fs.writeFileSync('/app/cache/index.html', body);
  fs.mkdirSync('/pipeline-data/web', { recursive: true });
  fs.writeFileSync('/pipeline-data/web/index.html', body);
  return body;
}

function attempt() {
  try {
    return page();
  } catch (error) {
    console.log(`failed: ${error.message}`);
    return null;
  }
}

process.on('SIGTERM', () => process.exit(0));
http.createServer((request, response) => response.end(attempt())).listen(3000);
attempt();
setInterval(attempt, 1000);
