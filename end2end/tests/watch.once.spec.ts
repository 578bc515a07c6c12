// The open page knows how its session stands: each state is reached, says one thing, offers one way on, and is left again.
import { manager, responder } from "../support/accounts.ts";
import { noteField, writing } from "../support/incidents.ts";
import { bar, inWindow, pass, says } from "../support/standing.ts";
import { expect, test } from "../support/test.ts";

const HOUR = 3_600;
const IDLE = 8 * HOUR;

test.use({ musterOptions: { more: { MUSTER_SESSION_IDLE: "8h", MUSTER_SESSION_ABSOLUTE: "20h" } } });

test.beforeEach(async ({ person }) => {
  await person.page.clock.install();
});

test.afterEach(async ({ muster }) => {
  await muster.order({ do: "reset" });
});

test("nothing is said while all is well", async ({ person }) => {
  const asked = person.page.waitForResponse(/\/session-status$/);
  await person.signIn(manager);
  expect((await asked).status()).toBe(200);
  await expect(says(person.page)).toBeEmpty();
  await expect(bar(person.page).getByRole("button")).toHaveCount(0);
});

test("a session that is about to end can be prolonged", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await pass(muster, page, IDLE - 240);
  await expect(says(page)).toContainText("You will be signed out soon");
  await expect(bar(page)).toContainText(/[34] min \d\d s left/);
  await bar(page).getByRole("button", { name: "Stay signed in" }).press("Enter");
  await expect(says(page)).toBeEmpty();
  await pass(muster, page, 300, IDLE - 240);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
});

test("a session that ends whatever happens says so, and another one can be begun", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  // In use all the time, as by a page that is opened now and then.
  for (const hour of [6, 12, 18]) {
    await muster.order({ do: "set_clock", offset_seconds: hour * HOUR });
    await person.open("/incidents");
  }
  await pass(muster, page, 2 * HOUR - 200, 18 * HOUR);
  await expect(says(page)).toContainText("Your session ends soon");
  const begun = page.waitForResponse(/\/auth\/callback\?/);
  await bar(page).getByRole("button", { name: "Sign in again" }).click();
  // The authority knows them still, and asks nothing.
  await begun;
  await expect(page).toHaveURL("/incidents");
  await person.hydrated();
  await expect(says(page)).toBeEmpty();
});

test("after nine hours of sleep the text is still there, and a window of its own signs in", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, "The disk filled up at 03:02, because");
  await pass(muster, page, 9 * HOUR);
  await expect(says(page)).toContainText("Your session has ended");
  await inWindow(page, bar(page).getByRole("button", { name: "Sign in again" }));
  await expect(says(page)).toBeEmpty();
  await expect(noteField(page)).toHaveValue("The disk filled up at 03:02, because");
  await noteField(page).pressSequentially(" of a log.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.locator("#timeline")).toContainText("The disk filled up at 03:02, because of a log.");
});

test("an answer from before the sign-in is not heard after it", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, "Half a sentence");
  await pass(muster, page, 9 * HOUR);
  await expect(says(page)).toContainText("Your session has ended");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let old = 0;
  await page.route("**/session-status", async (route) => {
    const answer = await route.fetch();
    old += 1;
    await held;
    await route.fulfill({ response: answer });
  });
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await expect.poll(() => old).toBe(1);
  await inWindow(page, bar(page).getByRole("button", { name: "Sign in again" }));
  release();
  await expect(says(page)).toBeEmpty();
});

test("where no window may open, the page comes back with the text", async ({ person, muster }) => {
  const { page } = person;
  await page.addInitScript(() => Object.assign(window, { open: () => null }));
  await person.signIn(manager);
  await writing(person, "Half a sentence");
  const address = page.url();
  await pass(muster, page, 9 * HOUR);
  const begun = page.waitForResponse(/\/auth\/callback\?/);
  await bar(page).getByRole("button", { name: "Sign in again" }).click();
  await begun;
  await expect(page).toHaveURL(address);
  await person.hydrated();
  await expect(noteField(page)).toHaveValue("Half a sentence");
  await expect(page.getByText("What you had typed here before is back.")).toBeVisible();
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(noteField(page)).toHaveValue("");
  await expect(page.getByText("What you had typed here before is back.")).toHaveCount(0);
  await page.reload();
  await person.hydrated();
  await expect(noteField(page)).toHaveValue("");
});

test("a note that is sent after the session has ended stays where it is", async ({ person, muster }) => {
  const { page } = person;
  person.guard.disturb();
  await page.route(/\/session-status$|\/live/, (route) => route.abort("blockedbyclient"));
  person.guard.expect(401);
  await person.signIn(manager);
  await writing(person, "Written too late");
  await muster.order({ do: "set_clock", offset_seconds: 9 * HOUR });
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByRole("alert")).toContainText("Your session has ended");
  await expect(noteField(page)).toHaveValue("Written too late");
});

test("a session that is ended from the list of sessions is known within two seconds", async ({ person, another }) => {
  const { page } = person;
  await person.signIn(responder);
  const there = await another();
  await there.signIn(responder, "/sessions");
  await there.page.getByText("Sign out all others…").click();
  await there.page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(says(page)).toContainText("You were signed out from somewhere else", { timeout: 2_000 });
});

test("without the stream it is known at the next question", async ({ person, another }) => {
  const { page } = person;
  person.guard.disturb();
  await page.route(/\/live/, (route) => route.abort("blockedbyclient"));
  await person.signIn(responder);
  const there = await another();
  await there.signIn(responder, "/sessions");
  await there.page.getByText("Sign out all others…").click();
  await there.page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(there.page.locator("table.sessions tbody tr")).toHaveCount(1);
  await page.clock.fastForward(70_000);
  await expect(says(page)).toContainText("You were signed out from somewhere else");
});

test("one tab signs out, and the other one says so", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const tab = await page.context().newPage();
  await tab.goto("/incidents");
  await expect(tab.locator("html[data-hydrated]")).toBeAttached();
  await tab.locator("details.account summary").click();
  await tab.getByRole("button", { name: "Sign out" }).click();
  await expect(says(page)).toContainText(/session has ended|signed out/);
  await expect(bar(page).getByRole("button", { name: "Sign in again" })).toBeVisible();
});

test("somebody else signs in in another tab: nothing of the first person is left", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, "For nobody else");
  const tab = await page.context().newPage();
  await tab.goto("/auth/sign-in?prompt=select_account&return_to=/incidents");
  await tab.getByRole("button", { name: responder.username }).click();
  await expect(tab.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  await expect(says(page)).toContainText("Somebody else is signed in here now");
  await bar(page).getByRole("button", { name: "Reload the page" }).click();
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText(responder.name);
  await expect(says(page)).toBeEmpty();
  await expect(noteField(page)).toHaveValue("");
});

test("signing out leaves nothing of what was typed", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, "Nobody's business");
  const drafts = () => page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("muster-draft")));
  expect(await drafts()).toHaveLength(1);
  await person.signOut();
  await expect.poll(drafts).toEqual([]);
});

test("no network is said, and so is that it is back by saying nothing", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await person.goOffline();
  await expect(says(page)).toContainText("No connection");
  await page.context().setOffline(false);
  await expect(says(page)).toBeEmpty();
});

test("a server that is away is said after two attempts, and it is tried again", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await expect(says(page)).toBeEmpty();
  person.guard.disturb();
  await page.route(/\/session-status$/, (route) => route.abort("blockedbyclient"));
  await page.clock.fastForward(70_000);
  await page.clock.fastForward(10_000);
  await expect(says(page)).toContainText("Muster cannot be reached");
  await page.unroute(/\/session-status$/);
  await bar(page).getByRole("button", { name: "Try again" }).click();
  await expect(says(page)).toBeEmpty();
});
