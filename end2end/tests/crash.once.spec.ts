// The process dies without a warning: nobody is signed out, and nothing that was acknowledged is lost.
import type { Page } from "@playwright/test";
import { manager } from "../support/accounts.ts";
import { declare, timeline, unique } from "../support/incidents.ts";
import { Muster } from "../support/muster.ts";
import type { Person } from "../support/person.ts";
import { expect, test as base } from "../support/test.ts";

// A server of its own for each test: no other test should lose its server.
const test = base.extend<{ mortal: Muster }>({
  mortal: async ({}, use) => {
    const muster = await Muster.start();
    await use(muster);
    await muster.stop();
  },
  baseURL: async ({ mortal }, use) => use(mortal.url),
});

test("everybody is still signed in after a SIGKILL", async ({ person, another, mortal }) => {
  person.guard.disturb();
  const title = unique("Outlives the process");
  await person.signIn(manager);
  const number = await declare(person, { title });
  const second = await another();
  second.guard.disturb();
  await second.signIn(manager);

  await park(person, second);
  await mortal.crash();
  for (const somebody of [person, second]) {
    await somebody.open(`/incidents/${number}`);
    await expect(somebody.page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  }
});

test("a SIGKILL in a storm of notes loses none that was acknowledged", async ({ person, mortal }) => {
  person.guard.disturb();
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("A storm of notes") });

  await park(person);
  const acknowledged: string[] = [];
  let crashing = false;
  const write = async (writer: number) => {
    for (let n = 1; !crashing; n += 1) {
      const body = `note ${writer}.${n}.`;
      const answer = await send(page, mortal, number, body).catch(() => undefined);
      if (answer === 303) acknowledged.push(body);
    }
  };
  const storm = Promise.all([1, 2, 3, 4].map(write));
  await expect.poll(() => acknowledged.length, { intervals: [20] }).toBeGreaterThanOrEqual(60);
  const crash = mortal.crash();
  crashing = true;
  await Promise.all([crash, storm]);

  const kept = await everyNote(person, number);
  expect(acknowledged.filter((body) => !kept.has(body))).toEqual([]);
});

/** Leaves Muster's pages: one that is still fetching its icon would rightly complain about a server that dies. */
async function park(...people: Person[]): Promise<void> {
  for (const { page } of people) await page.goto("about:blank");
}

async function send(page: Page, muster: Muster, number: string, body: string): Promise<number> {
  const answer = await page.request.post(`/incidents/${number}`, {
    form: { form: "note", body, key: crypto.randomUUID() },
    headers: { origin: muster.url },
    maxRedirects: 0,
  });
  return answer.status();
}

/** All notes, page by page. */
async function everyNote(person: Person, number: string): Promise<Set<string>> {
  const { page } = person;
  const notes = new Set<string>();
  let next: string | null = `/incidents/${number}?order=oldest`;
  while (next) {
    await person.open(next);
    await expect(timeline(page)).not.toHaveCount(0);
    for (const text of await timeline(page).locator(".prose").allTextContents()) notes.add(text.trim());
    const link = page.getByRole("region", { name: "Timeline" }).locator("a[rel=next]");
    next = (await link.count()) ? await link.getAttribute("href") : null;
  }
  return notes;
}
