// Load on a release of Muster, from this machine: the session check, the list over the API, the list page.
// usage: node run.mjs MUSTER SITE ENTRA RESULTS
//   MUSTER   the program, SITE its built site, ENTRA the built example `serve` of entra-local, RESULTS the file to write
// RUNS says how often each is loaded (5), LOAD_SECONDS for how long (10), CONNECTIONS by how many at once (8).
import { writeFileSync } from "node:fs";
import autocannon from "autocannon";
import { signIn } from "./person.mjs";
import { Site } from "./site.mjs";

const [program, pages, entra, results] = process.argv.slice(2);
const [runs, duration, connections] = [["RUNS", 5], ["LOAD_SECONDS", 10], ["CONNECTIONS", 8]].map(([name, usual]) => Number(process.env[name] || usual));

const site = await Site.start({ program, site: pages, entra });
try {
  const cookie = await signIn(site.url, "amara@contoso.example");
  const script = { cookie, accept: "application/json", "content-type": "application/json", "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };
  const loads = [
    { name: "session check (POST /sfn/frame)", path: "/sfn/frame", method: "POST", headers: script, body: "{}" },
    { name: "list over the API (GET /api/incidents)", path: "/api/incidents", headers: { accept: "application/json", authorization: `Bearer ${await site.token()}` }, optional: true },
    { name: "list page of 50 rows (GET /incidents)", path: "/incidents?tab=all&size=50", headers: { cookie, accept: "text/html", "sec-fetch-mode": "navigate" } },
  ];
  const measured = [];
  for (const { name, path, method = "GET", headers, body, optional } of loads) {
    const url = site.url + path;
    const once = await fetch(url, { method, headers, body, redirect: "manual" });
    const answer = await once.text();
    // The gate of the site turns away what it does not know; an API would say which token it wants.
    if (optional && [401, 404].includes(once.status) && !once.headers.has("www-authenticate")) {
      console.log(`${name}: there is no such address yet, so it is left out`);
      continue;
    }
    if (once.status !== 200) throw new Error(`${name}: ${once.status} ${answer}`);
    const load = (seconds) => autocannon({ url, method, headers, body, connections, duration: seconds });
    await load(1);
    const each = [];
    for (let run = 0; run < runs; run++) each.push(await load(duration));
    const wrong = each.reduce((sum, one) => sum + one.errors + one.timeouts + one.non2xx, 0);
    if (wrong) throw new Error(`${name}: ${wrong} requests failed`);
    const numbers = (read) => each.map(read);
    measured.push({
      name,
      connections,
      bytes: Buffer.byteLength(answer),
      perSecond: numbers(({ requests }) => requests.average),
      p50: numbers(({ latency }) => latency.p50),
      p99: numbers(({ latency }) => latency.p99),
    });
  }
  writeFileSync(results, JSON.stringify(measured, undefined, 2));
} finally {
  await site.stop();
}
