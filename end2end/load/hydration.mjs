// How long a page keeps its one thread busy while its script takes over, on a processor that is slowed down to a quarter: the
// longest task from the moment at which the script is there (its mark "hydration") until the page is hydrated ("Long Tasks API").
// What came before, such as the first layout, is told as well.
// usage: node hydration.mjs MUSTER SITE ENTRA RESULTS   as run.mjs
// RUNS says how often each page is opened (5), SLOWER how much slower the processor is (4). CHROMIUM_PATH names the browser.
import { existsSync, writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { signIn } from "./person.mjs";
import { Site } from "./site.mjs";

const [program, pages, entra, results] = process.argv.slice(2);
const [runs, slower] = [["RUNS", 5], ["SLOWER", 4]].map(([name, usual]) => Number(process.env[name] || usual));
const installed = (process.env.PATH ?? "").split(":").map((folder) => `${folder}/chromium`).find(existsSync);
const executablePath = process.env.CHROMIUM_PATH || installed;

/** In the page, before anything else: notes the tasks and the moment of hydration. */
function watch() {
  const seen = { tasks: [], hydrated: undefined };
  const tasks = new PerformanceObserver((list) => take(list.getEntries()));
  const take = (entries) => seen.tasks.push(...entries.map(({ startTime, duration }) => ({ startTime, duration })));
  tasks.observe({ type: "longtask", buffered: true });
  new MutationObserver((_, observer) => {
    if (!document.documentElement?.hasAttribute("data-hydrated")) return;
    seen.hydrated = performance.now();
    observer.disconnect();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-hydrated"] });
  globalThis.seen = () => {
    take(tasks.takeRecords());
    return seen;
  };
}

const site = await Site.start({ program, site: pages, entra });
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox", "--disable-gpu"] });
try {
  const cookie = await signIn(site.url, "amara@contoso.example");
  const cookies = cookie.split("; ").map((pair) => {
    const [name, value] = pair.split(/=(.*)/);
    return { name, value, url: site.url };
  });
  const list = await fetch(`${site.url}/incidents`, { headers: { cookie, accept: "text/html", "sec-fetch-mode": "navigate" } });
  const [incident] = /\/incidents\/INC-\d+/.exec(await list.text()) ?? [];
  if (!incident) throw new Error("there is no incident on the list");
  const measured = [];
  for (const [name, path] of [["list", "/incidents"], ["incident", incident], ["declare", "/incidents/new"], ["edit", `${incident}/edit`]]) {
    const page = { name, runs: [], before: [], hydrated: [] };
    for (let run = 0; run < runs; run++) {
      // Each run is somebody's first page: nothing is in a cache.
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await context.addCookies(cookies);
      const tab = await context.newPage();
      await tab.addInitScript(watch);
      const session = await context.newCDPSession(tab);
      await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
      await tab.goto(site.url + path);
      await tab.waitForSelector("html[data-hydrated]");
      // What was a task until then has been reported once the next one has had its turn.
      const { tasks, hydrated } = await tab.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(globalThis.seen()), 100)));
      const begun = await tab.evaluate(() => performance.getEntriesByName("hydration")[0].startTime);
      const longest = (which) => Math.max(0, ...tasks.filter(which).map(({ duration }) => duration));
      page.runs.push(longest(({ startTime, duration }) => startTime < hydrated && startTime + duration > begun));
      page.before.push(longest(({ startTime, duration }) => startTime + duration <= begun));
      page.hydrated.push(hydrated);
      await context.close();
    }
    console.log(page);
    measured.push(page);
  }
  writeFileSync(results, JSON.stringify({ slower, pages: measured }, undefined, 2));
} finally {
  await browser.close();
  await site.stop();
}
