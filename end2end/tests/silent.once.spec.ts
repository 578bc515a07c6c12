// Who is signed in at the provider, asked in a hidden frame that has the provider's cookies; what browsers make of those is
// in tests/third-party.once.spec.ts.
import type { BrowserContext, Page, Route } from "@playwright/test";
import { manager, responder } from "../support/accounts.ts";
import { found, withCookies } from "../support/frames.ts";
import { noteField, writing } from "../support/incidents.ts";
import type { Person } from "../support/person.ts";
import { asks, bar, inWindow, says } from "../support/standing.ts";
import type { Muster } from "../support/muster.ts";
import { expect, test as base } from "../support/test.ts";

const TEXT = "Half a sentence";
const FRAME = /\/auth\/silent$/;
/** A session is looked at once in five minutes. */
const AGAIN = 330;

const test = base.extend({
  person: async ({ muster }, use) => withCookies("allowed", muster.url, use),
});

test.use({
  musterOptions: { more: { MUSTER_SILENT_CHECK: "on", MUSTER_SESSION_IDLE: "8h", MUSTER_SESSION_ABSOLUTE: "20h" } },
});

test.afterEach(async ({ muster }) => {
  await muster.order({ do: "reset" });
});

/** As at Entra: over plain http the stand-in has to say that its cookies are not for frames of other sites. */
async function forFrames(context: BrowserContext, muster: Muster): Promise<void> {
  const cookies = await context.cookies(muster.standIn);
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, sameSite: "None", secure: true })));
}

/** Signed in, recognised in a frame, and in the middle of writing. */
async function atWork(person: Person, muster: Muster): Promise<void> {
  const { page } = person;
  await page.clock.install();
  await page.route(FRAME, async (route) => {
    await forFrames(page.context(), muster);
    await route.continue();
  });
  await person.signIn(manager);
  await expect.poll(() => found(page)).toEqual(["same"]);
  await writing(person, TEXT);
}

/** It is time to look again. */
async function look(muster: Muster, page: Page, handler?: (route: Route) => Promise<void>): Promise<void> {
  if (handler) await page.route(FRAME, handler);
  await muster.order({ do: "set_clock", offset_seconds: AGAIN });
  await Promise.all([page.waitForRequest(FRAME), asks(page)]);
}

/** Instead of the question to the provider the frame is led somewhere else. */
const led = (page: Page, muster: Muster, on: (question: URL) => URL) => async (route: Route) => {
  await forFrames(page.context(), muster);
  // What the browser says of itself is added behind our back.
  const framed = { "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" };
  const begun = await route.fetch({ maxRedirects: 0, headers: { ...route.request().headers(), ...framed } });
  const location = on(new URL(begun.headers()["location"]!)).href;
  await route.fulfill({ response: begun, headers: { ...begun.headers(), location } });
};

/** The provider does not know this browser any more. */
async function signedOutThere(context: BrowserContext): Promise<void> {
  await context.clearCookies({ name: /^ESTSAUTH/ });
}

/** Somebody signs in at the provider, for something that is not Muster. */
async function signInThere(context: BrowserContext, username: string): Promise<void> {
  const elsewhere = await context.newPage();
  const begun = await context.request.get("/auth/sign-in?prompt=select_account", { maxRedirects: 0 });
  const question = new URL(begun.headers()["location"]!);
  // The answer comes by a form, which can be kept from arriving.
  question.searchParams.set("response_mode", "form_post");
  const arrived = { contentType: "text/html", body: "Another application" };
  await elsewhere.route(/\/auth\/callback/, (route) => route.fulfill(arrived));
  await elsewhere.goto(question.href);
  await elsewhere.getByRole("button", { name: username }).click();
  await expect(elsewhere.getByText("Another application")).toBeVisible();
  await elsewhere.close();
}

test("whoever is signed in there as well is told nothing, and looked for once in five minutes", async ({
  person,
  muster,
}) => {
  const { page } = person;
  const frames: string[] = [];
  page.on("request", (request) => {
    if (FRAME.test(request.url())) frames.push(request.url());
  });
  await atWork(person, muster);
  for (let minute = 1; minute <= 4; minute++) {
    await muster.order({ do: "set_clock", offset_seconds: 60 * minute });
    expect(await (await asks(page)).json()).toMatchObject({ silent_check: false });
  }
  expect(frames).toHaveLength(1);
  await muster.order({ do: "set_clock", offset_seconds: AGAIN });
  await asks(page);
  await expect.poll(() => found(page)).toEqual(["same"]);
  expect(frames).toHaveLength(2);
  await expect(page.locator("iframe")).toHaveCount(0);
  await expect(says(page)).toBeEmpty();
});

test("whoever has signed out there is told so, and signs in again without losing a word", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await atWork(person, muster);
  await signedOutThere(page.context());
  await look(muster, page);
  await expect(says(page)).toContainText("You have signed out at your organisation.");
  await expect(bar(page).getByRole("button")).toHaveCount(1);
  // It is said, and nothing is done about it: the session here goes on.
  const other = await page.context().newPage();
  await other.goto("/incidents");
  await expect(other.getByRole("banner")).toContainText(manager.name);
  await other.close();
  await inWindow(page, bar(page).getByRole("button", { name: "Sign in again" }), (there) =>
    there.getByRole("button", { name: manager.username }).click(),
  );
  await expect(says(page)).toBeEmpty();
  await expect(noteField(page)).toHaveValue(TEXT);
});

test("another account there is not taken for the person", async ({ person, muster }) => {
  const { page } = person;
  await atWork(person, muster);
  await signedOutThere(page.context());
  await signInThere(page.context(), responder.username);
  await look(muster, page);
  // The provider is asked about the person, and does not say who else is there.
  await expect(says(page)).toContainText("You have signed out at your organisation.");
  await expect(page.getByRole("banner")).toContainText(manager.name);
});

test("another account that the provider names is said, and is never merged with the person", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await atWork(person, muster);
  await signedOutThere(page.context());
  await signInThere(page.context(), responder.username);
  // As a provider that pays no heed to whom it is asked about.
  const unheeding = led(page, muster, (question) => {
    for (const hint of ["login_hint", "sid"]) question.searchParams.delete(hint);
    return question;
  });
  await look(muster, page, unheeding);
  await expect(says(page)).toContainText("Another account is signed in at your organisation now.");
  await expect(bar(page).getByRole("button")).toHaveCount(1);
  await expect(noteField(page)).toHaveValue(TEXT);
  // Here it is the same person as before, on this page and on every other one.
  await page.getByRole("button", { name: "Add note" }).click();
  const entry = page.getByRole("region", { name: "Timeline" }).locator("li").filter({ hasText: TEXT });
  await expect(entry).toContainText(manager.name);
  await person.open("/sessions");
  await expect(page.getByRole("banner")).toContainText(manager.name);
  expect(await page.content()).not.toContain(responder.name);
});

test("a page of the provider that must not be framed says nothing, and the session goes on", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await atWork(person, muster);
  person.guard.disturb();
  person.guard.expect(400);
  const pages: string[] = [];
  page.on("response", async (response) => {
    if (response.url().includes("/authorize?")) pages.push((await response.allHeaders())["x-frame-options"] ?? "none");
  });
  // It does not know this address, so it stays with the person and says so.
  const unknown = led(page, muster, (question) => {
    question.searchParams.set("redirect_uri", "http://127.0.0.1/unknown");
    return question;
  });
  await look(muster, page, unknown);
  await expect.poll(() => pages).toEqual(["DENY"]);
  await goesOn(page);
});

test("a frame that does not load says nothing, and the session goes on", async ({ person, muster }) => {
  const { page } = person;
  await atWork(person, muster);
  person.guard.disturb();
  const failed = page.waitForEvent("requestfailed");
  await look(muster, page, (route) => route.abort("connectionrefused"));
  await failed;
  await goesOn(page);
});

test("what the provider cannot answer now says nothing, and the session goes on", async ({ person, muster }) => {
  const { page } = person;
  await atWork(person, muster);
  const busy = led(page, muster, ({ searchParams }) => {
    const answer = new URL(searchParams.get("redirect_uri")!);
    answer.search = `${new URLSearchParams({ error: "temporarily_unavailable", state: searchParams.get("state")! })}`;
    return answer;
  });
  await look(muster, page, busy);
  await expect.poll(() => found(page)).toEqual(["unknown"]);
  await goesOn(page);
});

/** The frame is given up without a word, and the text can be sent. */
async function goesOn(page: Page): Promise<void> {
  await page.clock.fastForward(15_000);
  await expect(page.locator("iframe")).toHaveCount(0);
  await expect(says(page)).toBeEmpty();
  await expect(bar(page).getByRole("button")).toHaveCount(0);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.locator("#timeline")).toContainText(TEXT);
}
