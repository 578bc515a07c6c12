// Prints "PASSED FAILED SKIPPED" of one suite from what its runner left in the results folder.
// usage: node count.mjs cargo|judges|playwright FOLDER
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [kind, folder] = process.argv.slice(2);

const counters = {
  // One line per test binary: "test result: ok. 12 passed; 0 failed; 1 ignored; ..."
  cargo() {
    const log = readFileSync(join(folder, "cargo.log"), "utf8");
    const lines = log.matchAll(/^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored/gm);
    return [...lines].reduce((sum, line) => sum.map((n, i) => n + Number(line[i + 1])), [0, 0, 0]);
  },
  // Node's runner and Python's, one after the other, each with a summary of its own.
  judges() {
    const log = readFileSync(join(folder, "judges.log"), "utf8");
    const sum = (pattern) => [...log.matchAll(pattern)].reduce((total, [, n]) => total + Number(n), 0);
    const python = (what) => sum(new RegExp(`^(?:FAILED|OK) \\(.*?\\b${what}=(\\d+)`, "gm"));
    const failed = python("failures") + python("errors");
    const skipped = python("skipped");
    const passed = sum(/^Ran (\d+) tests? in/gm) - failed - skipped;
    return [passed + sum(/^# pass (\d+)/gm), failed + sum(/^# (?:fail|cancelled) (\d+)/gm), skipped + sum(/^# (?:skipped|todo) (\d+)/gm)];
  },
  // A test that passed only on a second try is a failure, and so is an error outside any test.
  playwright() {
    const { stats, errors } = JSON.parse(readFileSync(join(folder, "playwright.json"), "utf8"));
    return [stats.expected, stats.unexpected + stats.flaky + errors.length, stats.skipped];
  },
};

console.log(counters[kind]().join(" "));
