// Prints what the site's files weigh, in bytes, and says so when a first page is above the goal.
// usage: node size.mjs PKG-FOLDER
import { existsSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

// Wasm and glue of a first page, as brotli sends them.
const goal = 250 * 1024;

const folder = process.argv[2];
const weight = (path) => (existsSync(path) ? statSync(path).size : 0);
const kinds = { wasm: ".wasm", glue: ".js", style: ".css" };

console.log("kind   raw      gzip     brotli");
let first = 0;
for (const [kind, extension] of Object.entries(kinds)) {
  const names = readdirSync(folder).filter((name) => extname(name) === extension);
  const sum = (suffix) => names.reduce((total, name) => total + weight(join(folder, name + suffix)), 0);
  const [raw, gzip, brotli] = [sum(""), sum(".gz"), sum(".br")];
  console.log(`${kind.padEnd(6)} ${String(raw).padEnd(8)} ${String(gzip).padEnd(8)} ${brotli}`);
  if (kind !== "style") first += brotli;
}

if (first > goal) console.error(`wasm and glue are ${first} bytes as brotli, above the goal of ${goal}`);
