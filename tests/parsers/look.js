// What node's own parsers see in each URL on standard input, one on a line: a line of JSON each, for parsers_test.py.
"use strict";
const readline = require("readline");
const { parse } = require("pg-connection-string");
const postgres = require("postgres");

const texts = value => (Array.isArray(value) ? value.join(",") : value === null || value === undefined ? "" : String(value));

const parsers = {
  "node-postgres": string => {
    const seen = parse(string);
    return { host: seen.host, port: seen.port, user: seen.user, password: seen.password, database: seen.database };
  },
  "postgres-js": string => {
    const { options } = postgres(string);
    const host = options.path ? options.path.replace(/\/\.s\.PGSQL\.\d+$/, "") : options.host;
    return { host, port: options.port, user: options.user, password: options.pass, database: options.database };
  },
  whatwg: string => {
    const url = new URL(string);
    const plain = decodeURIComponent;
    return { host: plain(url.hostname).replace(/^\[(.*)\]$/, "$1"), port: url.port, user: plain(url.username),
             password: plain(url.password), database: plain(url.pathname.slice(1)) };
  },
};

function seen(name, string) {
  try {
    return Object.fromEntries(Object.entries(parsers[name](string)).map(([key, value]) => [key, texts(value)]));
  } catch (error) {
    return { error: String(error.message) };
  }
}

readline.createInterface({ input: process.stdin }).on("line", line => {
  const { parser, string } = JSON.parse(line);
  console.log(JSON.stringify(seen(parser, string)));
});
