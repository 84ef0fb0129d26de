// telegram-test-api as python-telegram-bot 22 can read it: getMe says is_bot, and dates are seconds.
// Usage: node telegram.cjs PORT
'use strict';

const express = require('express'); // the copy that telegram-test-api answers with

const LARGEST_SECONDS = 1e11;

function mend(value) {
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'date' && inner > LARGEST_SECONDS) value[key] = Math.floor(inner / 1000);
    else mend(inner);
  }
  const isUser = 'first_name' in value && !('type' in value);
  if (isUser && !('is_bot' in value)) value.is_bot = 'username' in value;
}

const answer = express.response.json;
express.response.json = function (body) {
  mend(body);
  return answer.call(this, body);
};

const exported = require('telegram-test-api');
const Server = exported.default || exported;
new Server({ port: Number(process.argv[2]), host: '127.0.0.1', storeTimeout: 3600 }).start();
