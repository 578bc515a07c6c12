// Notes written while the server is out of reach: they wait in sight, go once, and are nobody else's.
import type { Page } from "@playwright/test";
import { admin, manager } from "../support/accounts.ts";
import { declare, note, noteField, timeline, unique } from "../support/incidents.ts";
import { inspectAll } from "../support/inspect.ts";
import type { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

const queue = (page: Page) => page.getByRole("region", { name: "Waiting to be sent" });
const waiting = (page: Page) => queue(page).getByRole("listitem");
const SEND = "**/sfn/incidents/note*";

/** Writes a note and leaves it to the page what becomes of it. */
async function write(page: Page, text: string): Promise<void> {
  // Nothing is taken while the note before rests.
  await expect(page.getByRole("button", { name: "Add note" })).not.toHaveAttribute("aria-disabled");
  await noteField(page).fill(text);
  await page.getByRole("button", { name: "Add note" }).click();
}

/** The same, where it cannot be sent. */
async function keep(page: Page, text: string): Promise<void> {
  await write(page, text);
  await expect(waiting(page).filter({ hasText: text })).toHaveCount(1);
  await expect(noteField(page)).toHaveValue("");
}

/** How often each of these stands on the timeline, as the server has it. */
async function expectOnce(person: Person, number: string, texts: string[]): Promise<void> {
  await person.open(`/incidents/${number}?order=oldest`);
  const written = timeline(person.page).filter({ has: person.page.locator(".prose") });
  await expect(written).toContainText(texts);
  await expect(written).toHaveCount(texts.length);
}

test("three notes written offline wait in sight, and each is sent once when the connection is back", async ({
  person,
}) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Written in a tunnel") });
  await person.goOffline();
  const texts = ["The first.", "The second.", "The third."];
  for (const text of texts) await keep(page, text);
  await expect(waiting(page)).toHaveCount(3);
  await expect(queue(page)).toContainText(number);
  await expect(waiting(page).first().locator("time")).toHaveText(/ \d{2}:\d{2}$/);
  await inspectAll(person, "outbox");
  // Folded away, it still says how many.
  await queue(page).getByRole("heading").click();
  await expect(waiting(page)).toHaveCount(0);
  await expect(queue(page).locator(".count")).toHaveText("3");

  await page.context().setOffline(false);
  await expect(queue(page)).toBeHidden();
  await expect(timeline(page)).toHaveText([/The third\./, /The second\./, /The first\./, /declared/]);
  await expect(page.getByRole("status")).toContainText("3 notes that waited are on the timeline.");
  await expectOnce(person, number, texts);
});

test("a note whose answer was lost on the way is not written twice", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Answer lost") });
  // The server does it, and nobody learns of it.
  await page.route(SEND, async (route) => {
    await route.fetch();
    await person.goOffline();
    await route.abort("aborted");
  });
  await keep(page, "Done already.");
  await page.unroute(SEND);
  await page.context().setOffline(false);
  await expect(queue(page)).toBeHidden();
  await expectOnce(person, number, ["Done already."]);
});

test("a server that is away is asked again without anybody doing anything", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Server away") });
  let attempts = 0;
  await page.route(SEND, (route) => {
    attempts += 1;
    return attempts < 3 ? route.abort("aborted") : route.continue();
  });
  await keep(page, "Patience.");
  await expect(queue(page)).toBeHidden();
  expect(attempts).toBe(3);
  await expectOnce(person, number, ["Patience."]);
});

test("of two tabs one sends, and both see it", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("In two tabs") });
  const tab = await page.context().newPage();
  await tab.goto(`/incidents/${number}`);
  await expect(tab.locator("html[data-hydrated]")).toBeAttached();
  let sent = 0;
  page.context().on("request", (request) => (sent += request.url().includes("/sfn/incidents/note") ? 1 : 0));
  await person.goOffline();
  await keep(page, "From the first tab.");
  await expect(waiting(tab)).toHaveCount(1);
  await keep(tab, "From the second tab.");
  await expect(waiting(page)).toHaveCount(2);
  await page.context().setOffline(false);
  await expect(queue(page)).toBeHidden();
  await expect(queue(tab)).toBeHidden();
  expect(sent, "requests of both tabs").toBe(2);
  await tab.close();
  await expectOnce(person, number, ["From the first tab.", "From the second tab."]);
});

test("what waits outlives the page, and a note that is written then goes behind it", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Reloaded") });
  await page.route(SEND, (route) => route.abort("aborted"));
  await keep(page, "Before.");
  await page.reload();
  await person.hydrated();
  await expect(waiting(page)).toHaveText([/Before\./]);
  await keep(page, "After.");
  await expect(waiting(page)).toHaveText([/Before\./, /After\./]);
  await page.unroute(SEND);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(queue(page)).toBeHidden();
  await expectOnce(person, number, ["Before.", "After."]);
});

test("a note that is refused stays with its reason until it is discarded", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Refused later") });
  await person.goOffline();
  await keep(page, "Too late.");
  await keep(page, "In time.");
  let first = true;
  await page.route(SEND, (route) => {
    const refuse = first;
    first = false;
    return refuse ? route.fulfill({ status: 403, json: "Forbidden" }) : route.continue();
  });
  person.guard.expect(403);
  await page.context().setOffline(false);
  await expect(waiting(page)).toHaveText([/Not taken\. Your role does not allow notes/]);
  await expect(timeline(page).filter({ hasText: "In time." })).toHaveCount(1);
  await inspectAll(person, "outbox-refused");
  await page.getByRole("button", { name: "Discard the note" }).click();
  await expect(queue(page)).toBeHidden();
  await expectOnce(person, number, ["In time."]);
});

test("a session that has ended keeps what waits until the same person is back", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Session ended meanwhile") });
  await person.goOffline();
  await keep(page, "Kept.");
  await page.context().clearCookies();
  person.guard.expect(401);
  await page.context().setOffline(false);
  await queue(page).getByRole("link", { name: "Sign in" }).click();
  await person.pick(manager);
  await expect(page).toHaveURL(`/incidents/${number}`);
  await person.hydrated();
  await expect(timeline(page).filter({ hasText: "Kept." })).toHaveCount(1);
  await expect(queue(page)).toBeHidden();
  await expectOnce(person, number, ["Kept."]);
});

/** What the browser keeps, whoever is signed in. */
async function kept(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const open = indexedDB.open("muster");
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const database = open.result;
          if (!database.objectStoreNames.contains("notes")) {
            database.close();
            indexedDB.deleteDatabase("muster").onsuccess = () => resolve(0);
            return;
          }
          const count = database.transaction("notes").objectStore("notes").count();
          count.onsuccess = () => {
            database.close();
            resolve(count.result);
          };
        };
      }),
  );
}

test("signing out removes what waits", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await declare(person, { title: unique("Signed out meanwhile") });
  await page.route(SEND, (route) => route.abort("aborted"));
  await keep(page, "Not for others.");
  expect(await kept(page)).toBe(1);
  await person.signOut();
  await expect.poll(() => kept(page)).toBe(0);
});

test("somebody else who signs in sees nothing of it, and it is removed", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Somebody else") });
  await page.route(SEND, (route) => route.abort("aborted"));
  await keep(page, "For my eyes only.");
  await page.context().clearCookies();
  await person.signIn(admin, `/incidents/${number}`);
  await expect.poll(() => kept(page)).toBe(0);
  await expect(queue(page)).toBeHidden();
  await page.unroute(SEND);
  await note(page, "From the administrator.");
  await expect(timeline(page).filter({ hasText: "For my eyes only." })).toHaveCount(0);
});
