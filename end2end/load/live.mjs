// How long open pages take to hear of a change, with many of them open: from the answer to the request that changed something
// to the event in another client.
// usage: node live.mjs MUSTER SITE ENTRA RESULTS   as run.mjs
// STREAMS are open (500), LIVE_SECONDS long (20) an incident is declared every 200 ms.
import { writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { signIn } from "./person.mjs";
import { Site } from "./site.mjs";

const [program, pages, entra, results] = process.argv.slice(2);
const [count, seconds] = [["STREAMS", 500], ["LIVE_SECONDS", 20]].map(([name, usual]) => Number(process.env[name] || usual));
const every = 200;
// Of one session a process keeps eight.
const perSession = 8;

/** Opens a stream; resolves when it says that it is open, and calls `heard` with the number of each incident after that. */
function listen(url, cookie, heard, agent) {
  return new Promise((resolve, reject) => {
    const request = get(`${url}/live`, { agent, headers: { cookie, accept: "text/event-stream", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`a stream was answered with ${response.statusCode}`));
      let rest = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const [, event] = /^event: ?(.*)$/m.exec(block) ?? [];
          const [, data] = /^data: ?(.*)$/m.exec(block) ?? [];
          if (event === "opened") resolve(request);
          else if (event === "changed") heard(JSON.parse(data).number);
        }
      });
      response.on("error", () => {});
    });
    request.once("error", reject);
  });
}

const site = await Site.start({ program, site: pages, entra });
try {
  const cookies = [];
  for (let session = 0; session * perSession < count; session++) cookies.push(await signIn(site.url, "lev@contoso.example"));
  const answered = new Map();
  const early = new Map();
  const waits = [];
  const note = (number, at) => waits.push(Math.max(0, at - answered.get(number)));
  const heard = (number) => {
    const at = performance.now();
    if (answered.has(number)) note(number, at);
    // The event may be faster than the answer.
    else early.set(number, [...(early.get(number) ?? []), at]);
  };
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });
  const streams = [];
  for (let stream = 0; stream < count; stream++) streams.push(await listen(site.url, cookies[Math.floor(stream / perSession)], heard, agent));

  const cookie = await signIn(site.url, "mirela@contoso.example");
  const headers = { cookie, accept: "application/json", "content-type": "application/json", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
  const declare = async (key) => {
    const form = { title: "Under load", summary: "", severity: "SEV3", services: [], visibility: "", people: [], triage: false, test: false, key };
    const response = await fetch(`${site.url}/sfn/incidents/declare`, { method: "POST", headers, body: JSON.stringify({ form }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`a declaration was answered with ${response.status}: ${text}`);
    const number = JSON.parse(text);
    answered.set(number, performance.now());
    for (const at of early.get(number) ?? []) note(number, at);
  };
  const changes = [];
  for (let change = 0; change < (seconds * 1000) / every; change++) {
    changes.push(declare(`load-${change}`));
    await new Promise((resolve) => setTimeout(resolve, every));
  }
  await Promise.all(changes);
  const expected = changes.length * count;
  for (let tries = 0; waits.length < expected && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  for (const stream of streams) stream.destroy();
  if (waits.length !== expected) throw new Error(`${expected - waits.length} of ${expected} events never came`);
  waits.sort((one, other) => one - other);
  const within = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))];
  const measured = { streams: count, changes: changes.length, p50: within(0.5), p95: within(0.95), p99: within(0.99) };
  console.log(measured);
  writeFileSync(results, JSON.stringify(measured, undefined, 2));
} finally {
  await site.stop();
}
