// Makes a table of what `make bench` has measured.
// usage: node bench.mjs FOLDER   what criterion left in FOLDER/criterion and the loads in FOLDER/load.json, FOLDER/live.json and
//   FOLDER/hydration.json
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

const [folder] = process.argv.slice(2);

const median = (numbers) => {
  const sorted = [...numbers].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
};
const list = (path) => (existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name) : []);

/** Nanoseconds by group and name, one number for each run. */
function criterion() {
  const root = join(folder, "criterion");
  const groups = {};
  for (const group of list(root)) {
    groups[group] = {};
    for (const name of list(join(root, group))) {
      const runs = list(join(root, group, name)).map((run) => join(root, group, name, run, "new/estimates.json"));
      const times = runs.filter(existsSync).map((file) => JSON.parse(readFileSync(file, "utf8")).median.point_estimate);
      if (times.length) groups[group][name] = times;
    }
  }
  // What took turns, see benches/costs/turns.rs.
  const turns = existsSync(root) ? readdirSync(root).filter((name) => name.endsWith(".json")) : [];
  for (const file of turns) {
    const group = file.replace(/\.json$/, "");
    groups[group] = { ...groups[group], ...JSON.parse(readFileSync(join(root, file), "utf8")) };
  }
  return groups;
}

const time = (ns) => (ns < 1e3 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1e3).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`);
const spread = (numbers, show) => `${show(Math.min(...numbers))} to ${show(Math.max(...numbers))}`;
const ratio = (one, other) => median(one) / median(other);
const factor = (number) => `${number.toFixed(2)} x`;
const thousands = (number) => Number(number).toLocaleString("en");

const rows = [["what", "median", "from run to run", "of the floor", "floor"]];
const goals = [];
const goal = (what, value, most, show) => goals.push([value <= most ? "reached" : "MISSED", what, show(value), `at most ${show(most)}`]);

function row(what, times, floor) {
  rows.push([what, time(median(times)), spread(times, time), ...(floor ? [factor(ratio(times, floor)), time(median(floor))] : ["", ""])]);
}

/** A hit by the number of accounts, with its floor beside it. */
function hits(title, measured) {
  const sizes = Object.keys(measured).filter((name) => /^\d+$/.test(name)).sort((one, other) => one - other);
  for (const size of sizes) row(`${title}, ${thousands(size)} account${size === "1" ? "" : "s"}`, measured[size], measured[`${size} floor`]);
  return { most: sizes.at(-1), flat: ratio(measured[sizes.at(-1)], measured[sizes[0]]), sizes };
}

const { Redis: redis, "embedded store": file, "in process": memory, bearer, sealing } = criterion();
if (memory) {
  const { sizes } = hits("silent, in process", memory);
  goal("silent acquisition in process", Math.max(...sizes.map((size) => median(memory[size]))), 2_000, time);
}
if (file) {
  const { most, flat } = hits("silent, embedded store", file);
  rows.push([`  ${thousands(most)} accounts to 1`, factor(flat), "", "", ""]);
}
if (redis) {
  const { most, flat, sizes } = hits("silent, Redis", redis);
  rows.push([`  ${thousands(most)} accounts to 1`, factor(flat), "", "", ""]);
  goal(`silent acquisition from Redis, ${thousands(most)} accounts to 1`, flat, 1.2, factor);
  goal("silent acquisition from Redis, of a bare GET and opening", Math.max(...sizes.map((size) => ratio(redis[size], redis[`${size} floor`]))), 1.5, factor);
}
if (bearer) {
  row("signature alone, aws-lc-rs", bearer["aws-lc-rs"]);
  row("signature alone, its key kept", bearer["aws-lc-rs, key kept"]);
  row("access token, first after its keys", bearer.cold, bearer["aws-lc-rs"]);
  row("access token, a new one each time", bearer.warm, bearer["aws-lc-rs"]);
  row("access token, seen before", bearer.seen, bearer["aws-lc-rs"]);
  goal("a new access token, of its bare signature (aws-lc-rs)", ratio(bearer.warm, bearer["aws-lc-rs"]), 1.15, factor);
  goal("an access token that was seen before", median(bearer.seen), 5_000, time);
}
const length = (name) => parseInt(name.split(" ")[1]);
for (const name of Object.keys(sealing ?? {}).sort((one, other) => length(one) - length(other))) row(name, sealing[name]);

const print = (table) => {
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const cells of table) console.log(cells.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join("  ").trimEnd());
};

const [{ model }] = cpus();
console.log(`${cpus().length} x ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}; ${new Date().toISOString().slice(0, 10)}`);
console.log("Times are medians of each run's median. Metrics were recorded meanwhile.\n");
if (rows.length > 1) print(rows);

const loads = existsSync(join(folder, "load.json")) ? JSON.parse(readFileSync(join(folder, "load.json"), "utf8")) : [];
if (loads.length) {
  const whole = (number) => number.toFixed(0);
  const milliseconds = (number) => `${number} ms`;
  console.log(`\nLoad by ${loads[0].connections} connections from the same machine`);
  const head = ["what", "requests a second", "from run to run", "half within", "99 % within", "answer"];
  print([head, ...loads.map(({ name, bytes, perSecond, p50, p99 }) => [name, whole(median(perSecond)), spread(perSecond, whole), milliseconds(median(p50)), milliseconds(median(p99)), `${(bytes / 1024).toFixed(1)} KiB`])]);
}

if (existsSync(join(folder, "live.json"))) {
  const { streams, changes, p50, p95, p99 } = JSON.parse(readFileSync(join(folder, "live.json"), "utf8"));
  const milliseconds = (number) => `${number.toFixed(0)} ms`;
  console.log("\nFrom the answer to a change to its event in another client, five changes a second");
  print([["open streams", "changes", "half within", "95 % within", "99 % within"], [`${streams}`, `${changes}`, milliseconds(p50), milliseconds(p95), milliseconds(p99)]]);
  goal(`a change in ${thousands(streams)} other clients, 95 % within`, p95, 1000, milliseconds);
}

if (existsSync(join(folder, "hydration.json"))) {
  const { slower, pages } = JSON.parse(readFileSync(join(folder, "hydration.json"), "utf8"));
  const milliseconds = (number) => `${number.toFixed(0)} ms`;
  console.log(`\nLongest task while a page is hydrated, on a processor slowed down ${slower} times`);
  print([["page", "median", "from run to run", "before that", "hydrated after"], ...pages.map(({ name, runs, before, hydrated }) => [name, milliseconds(median(runs)), spread(runs, milliseconds), milliseconds(median(before)), milliseconds(median(hydrated))])]);
  goal(`longest task of hydration at ${slower}x CPU slow-down`, Math.max(...pages.map(({ runs }) => median(runs))), 150, milliseconds);
}

if (goals.length) {
  console.log("\nGoals");
  for (const [word, what, is, most] of goals) console.log(`  ${word.padEnd(8)} ${what}: ${is}, ${most}`);
}
