// Nothing on a page moves but for whoever uses it: not while it loads and its script takes over, not for what others change,
// not for a time that is written anew. "Cumulative Layout Shift" as browsers count it, every shift added up.
import type { Page } from "@playwright/test";
import { manager, responder } from "../support/accounts.ts";
import { declare, note, rows, stands, step, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

/** What every page has to stay below, in https://web.dev/articles/cls a fifth of what is called good. */
const MOST = 0.02;

type Shift = { value: number; what: string[] };
type Watched = Window & { shifts: () => Shift[] };

/** Counts on every page from its first moment on. */
async function watch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    type Entry = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node }[] };
    const shifts: Shift[] = [];
    const take = (entries: PerformanceEntryList) => {
      for (const { value, hadRecentInput, sources } of entries as Entry[]) {
        const name = (node?: Node) => (node instanceof Element ? node.outerHTML.slice(0, 80) : (node?.textContent ?? ""));
        const what = sources.map(({ node }) => name(node));
        // What follows somebody's own click is theirs.
        if (!hadRecentInput) shifts.push({ value, what });
      }
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    const all = () => {
      take(observer.takeRecords());
      return shifts;
    };
    Object.assign(window, { shifts: all });
  });
}

/** Everything that has moved on this page so far, once it is drawn as it is now. */
async function moved(page: Page): Promise<{ sum: number; shifts: Shift[] }> {
  // A picture is of a frame that has been laid out.
  await page.screenshot();
  const shifts = await page.evaluate(() => (window as unknown as Watched).shifts());
  return { sum: shifts.reduce((sum, { value }) => sum + value, 0), shifts };
}

async function expectSteady(page: Page, what: string): Promise<void> {
  const { sum, shifts } = await moved(page);
  expect(sum, `${what}: ${JSON.stringify(shifts)}`).toBeLessThan(MOST);
}

test("the measure sees what moves", async ({ person }) => {
  const { page } = person;
  await watch(page);
  await person.signIn(manager);
  await page.evaluate(() => {
    const late = document.createElement("div");
    late.style.height = "200px";
    document.querySelector("main")!.prepend(late);
  });
  await expect.poll(async () => (await moved(page)).sum).toBeGreaterThan(MOST);
});

test("pages stand still while they load and their script takes over", async ({ person }) => {
  const { page } = person;
  await watch(page);
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Standing still"), summary: "A summary of several words." });
  await note(page, "Something that happened.");
  for (const path of ["/incidents", "/incidents?tab=all&size=100", `/incidents/${number}`, "/incidents/new"]) {
    const known = page.waitForResponse(/\/session-status$/);
    await person.open(path);
    // The answers to what a page asks for by itself are there as well.
    await known;
    await page.waitForLoadState("load");
    await expectSteady(page, path);
  }
});

test("what somebody else changes in the list moves nothing", async ({ person, another }) => {
  const { page } = person;
  await watch(page);
  await person.signIn(manager);
  const other = await another();
  await other.signIn(responder);
  const title = unique("Declared by somebody else");
  await declare(other, { title });
  await expect(rows(page).first()).toContainText(title);
  await expectSteady(page, "a new row");
  await step(other.page, "Cause identified");
  await expect(rows(page).first()).toContainText("Identified");
  await expectSteady(page, "a row that has changed");
});

test("what somebody else does on an incident moves nothing", async ({ person, another }) => {
  const { page } = person;
  await watch(page);
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Worked on by two") });
  const here = page.locator(".here");
  await expect(here).toBeEmpty();
  const { sum: alone } = await moved(page);
  const other = await another();
  await other.signIn(responder, `/incidents/${number}`);
  await expect(here).toContainText(responder.name);
  // Their name has its place before they come.
  expect((await moved(page)).sum).toBe(alone);
  await note(other.page, "Found something.");
  await expect(timeline(page).first()).toContainText("Found something.");
  await step(other.page, "Cause identified");
  await stands(page, "Identified");
  await expectSteady(page, "an incident that has changed");
});

for (const path of ["/incidents", "/sessions"]) {
  test(`times that are written anew on ${path} move nothing`, async ({ person }) => {
    const { page } = person;
    await watch(page);
    await page.clock.install();
    await person.signIn(manager, path);
    const times = page.locator("main time.ago");
    let before = await times.allInnerTexts();
    const { sum } = await moved(page);
    expect(sum, "the page as it has come").toBeLessThan(MOST);
    for (const minutes of [2, 57, 5 * 60, 24 * 60]) {
      await page.clock.fastForward(minutes * 60_000);
      const now = await times.allInnerTexts();
      expect(now, `${minutes} minutes later`).not.toEqual(before);
      before = now;
      expect(await moved(page), `${minutes} minutes later`).toMatchObject({ sum });
    }
  });
}
