// While a page's script takes it over, part by part, and where it cannot.
import type { Browser, Page } from "@playwright/test";
import { manager, responder } from "../support/accounts.ts";
import { declare, noteField, rows, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

type Held = Window & { turn: () => Promise<boolean>; stayed: string };

/** After how many turns somebody acts: when nothing is taken over, between two parts, and among the effects behind them. */
const MOMENTS = [1, 3, 5, 7, 8, 9, 10, 20];

const sayer = (page: Page) => page.getByText("This page could not start fully.");

/** Lets the script of the next pages have its turns one by one: each waits for a call of `turn`. */
async function hold(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const waiting: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => waiting.push(resolve));
    Object.defineProperty(Reflect.get(window, "scheduler"), "yield", { value: wait });
    const whole = () => document.documentElement.hasAttribute("data-hydrated");
    const turn = async () => {
      while (!waiting.length && !whole()) await new Promise((resolve) => setTimeout(resolve));
      waiting.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
      return whole();
    };
    Object.assign(window, { turn });
  });
}

/** Gives the script this many turns, or fewer if it needs no more. Says how many it took. */
async function turns(page: Page, most: number): Promise<number> {
  for (let taken = 1; taken <= most; taken++) {
    if (await page.evaluate(() => (window as unknown as Held).turn())) return taken;
  }
  return most;
}

/** Opens a page, and stops its script after some turns. */
async function begin(page: Page, path: string, moment: number, open: () => Promise<unknown> = () => page.goto(path)): Promise<void> {
  await open();
  await turns(page, moment);
  await page.evaluate(() => Object.assign(window, { stayed: "since then" }));
  await expect(page.locator("html[data-hydrated]")).toHaveCount(0);
}

/** The page was not drawn anew by the server. */
async function expectStayed(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as unknown as Held).stayed)).toBe("since then");
  await expect(page.locator("html[data-hydrated]")).toBeAttached();
}

test("a page is taken over in many parts", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("In many parts") });
  const parts = { "/incidents": 10, [`/incidents/${number}`]: 13, [`/incidents/${number}/edit`]: 8, "/incidents/new": 8, "/sessions": 8 };
  for (const [path, least] of Object.entries(parts)) {
    await person.open(path);
    const taken = await page.evaluate(() => performance.getEntriesByName("part").length);
    expect(taken, path).toBeGreaterThanOrEqual(least);
  }
});

test("a browser that does not yield takes it over in turns as well", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await page.addInitScript(() => {
    let posted = 0;
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (message: unknown) {
      document.documentElement.dataset.posted = String(++posted);
      post.call(this, message);
    };
    Reflect.deleteProperty(window, "scheduler");
  });
  await person.open("/incidents");
  expect(await page.evaluate(() => "scheduler" in window)).toBe(false);
  expect(Number(await page.locator("html").getAttribute("data-posted"))).toBeGreaterThan(20);
});

test("whoever presses a key meanwhile has the whole page at once", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await hold(page);
  for (const moment of MOMENTS) {
    await begin(page, "/incidents", moment);
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog", { name: "Search or jump" })).toBeVisible();
    await expectStayed(page);
  }
});

test("whoever follows a link meanwhile gets there", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const title = unique("Followed early");
  const number = await declare(person, { title });
  await hold(page);
  for (const moment of MOMENTS) {
    await begin(page, "/incidents", moment);
    await rows(page).filter({ hasText: title }).getByRole("link").click();
    await expect(page).toHaveURL(`/incidents/${number}`);
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await expect(page.getByRole("main")).toHaveCount(1);
    await expectStayed(page);
  }
});

test("whoever chooses something meanwhile gets it", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await hold(page);
  for (const moment of [0, ...MOMENTS]) {
    await begin(page, "/incidents", moment);
    await page.getByLabel("Severity", { exact: true }).selectOption("SEV1");
    if (moment === 0) await turns(page, 1000);
    await expect(page).toHaveURL("/incidents?severity=SEV1");
    await expect(rows(page).filter({ hasText: "SEV1" })).not.toHaveCount(0);
    await expect(rows(page).filter({ hasNotText: "SEV1" })).toHaveCount(0);
    await expectStayed(page);
  }
});

test("what is typed before the page listens is kept, behind the draft that comes back", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Typed early") });
  await hold(page);
  let text = "";
  // Before the script has come, and after some of its turns; the first time without a draft.
  for (const moment of [0, ...MOMENTS]) {
    await begin(page, `/incidents/${number}`, moment);
    await noteField(page).evaluate((field) => field.focus());
    // As dictated: without a key.
    await page.keyboard.insertText(`After ${moment}.`);
    await turns(page, 1000);
    text += `${text && "\n"}After ${moment}.`;
    await expect(noteField(page)).toHaveValue(text);
    await page.reload();
    await turns(page, 1000);
    await expect(noteField(page)).toHaveValue(text);
  }
});

test("what is chosen before the page listens stays chosen, and the rest of the draft comes back", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents/new");
  const title = page.getByLabel("Title", { exact: true });
  const severity = page.getByLabel("Severity", { exact: true });
  const exercise = page.getByLabel("This is an exercise");
  const triage = page.getByLabel("Needs triage first");
  await title.fill("Draft");
  await severity.selectOption("SEV1");
  await triage.check();
  await hold(page);
  await begin(page, "/incidents/new", 0);
  await severity.selectOption("SEV2");
  await exercise.check();
  await turns(page, 1000);
  await page.reload();
  await turns(page, 1000);
  await expect(title).toHaveValue("Draft");
  await expect(severity).toHaveValue("SEV2");
  await expect(exercise).toBeChecked();
  await expect(triage).toBeChecked();
});

test("what another tab hears meanwhile is not missed", async ({ person, another }) => {
  const { page } = person;
  await person.signIn(manager);
  const other = await another();
  await other.signIn(responder);
  // The one that listens for all tabs of this browser.
  const leader = await page.context().newPage();
  await leader.goto("/incidents");
  await hold(page);
  for (const moment of [5, 12, 16, 20, 24, 28, 32, 40]) {
    await begin(page, "/incidents", moment);
    const title = unique(`Declared after turn ${moment}`);
    await declare(other, { title });
    await expect(rows(leader).filter({ hasText: title })).toHaveCount(1);
    // What a tab hears it acts upon together, a third of a second later.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
    await turns(page, 1000);
    await expect(rows(page).filter({ hasText: title })).toHaveCount(1);
  }
});

test("whoever goes back meanwhile gets there", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const title = unique("Left early");
  const number = await declare(person, { title });
  await hold(page);
  for (const moment of MOMENTS) {
    await page.goto("/incidents");
    await turns(page, 1000);
    await rows(page).filter({ hasText: title }).getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
    await begin(page, `/incidents/${number}`, moment, () => page.reload());
    await page.evaluate(() => history.back());
    await expect(page).toHaveURL("/incidents");
    await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
    await expect(rows(page).filter({ hasText: title })).toHaveCount(1);
    await expectStayed(page);
  }
});

test("a note that is sent meanwhile is sent by the page, once", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Written early") });
  await hold(page);
  for (const moment of MOMENTS) {
    const text = `Quicker than turn ${moment} of the script.`;
    await begin(page, `/incidents/${number}`, moment);
    await noteField(page).fill(text);
    await page.evaluate(() => document.querySelector<HTMLFormElement>("form.composer")!.requestSubmit());
    await expect(timeline(page).filter({ hasText: text })).toHaveCount(1);
    await expect(noteField(page)).toHaveValue("");
    await expectStayed(page);
  }
});

/** A page of the same session in a browser that nobody watches: it is meant to have something to complain about. */
async function unwatched(browser: Browser, page: Page): Promise<Page> {
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin, storageState: await page.context().storageState() });
  return context.newPage();
}

test("a page whose script does not come can be read and used, and says so", async ({ person, browser }) => {
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Without its script") });
  const page = await unwatched(browser, person.page);
  for (const name of ["*.wasm", "*.js"]) {
    await page.route(`**/pkg/${name}`, (route) => route.abort());
    const failed = page.waitForEvent("pageerror");
    await page.goto(`/incidents/${number}`);
    await failed;
    await expect(sayer(page)).toBeVisible();
    await noteField(page).fill(`Sent without ${name}.`);
    await page.getByRole("button", { name: "Add note" }).click();
    await expect(timeline(page).filter({ hasText: `Sent without ${name}.` })).toHaveCount(1);
    await page.unrouteAll();
  }
  await page.context().close();
});

for (const [how, act] of Object.entries({ "by itself": false, "when somebody acts": true })) {
  test(`a page that cannot be taken over, ${how}, stays as it was drawn and says so`, async ({ person, browser }) => {
    await person.signIn(manager);
    const page = await unwatched(browser, person.page);
    // As if something between had changed the page on its way: a text stands where an element is expected.
    await page.route("**/incidents", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace("<h1>Incidents</h1>", "Incidents") });
    });
    await hold(page);
    const failed = page.waitForEvent("pageerror");
    await page.goto("/incidents");
    await turns(page, 2);
    if (act) await page.keyboard.press("Shift");
    // Enough of them for the part that fails; behind it nothing waits for one.
    for (let turn = 0; turn < 12; turn++) await page.evaluate(() => void (window as unknown as Held).turn());
    await failed;
    await expect(sayer(page)).toBeVisible();
    await page.keyboard.press("Shift");
    await expect(rows(page).first()).toBeVisible();
    await expect(page.locator("html[data-hydrated]")).toHaveCount(0);
    await page.context().close();
  });
}
