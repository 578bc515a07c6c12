// Changes as they happen: pages look again by themselves, and are in nobody's way.
import type { Page } from "@playwright/test";
import { manager, responder } from "../support/accounts.ts";
import { declare, note, rows, stands, step, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

const TABS = 20;
const pill = (page: Page) => page.getByRole("button", { name: /updates? ?: show$/ });

test("an incident that somebody else works on is brought up to date", async ({ person, another }) => {
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Seen by two") });
  const other = await another();
  await other.signIn(responder, `/incidents/${number}`);
  await step(other.page, "Cause identified");
  await stands(person.page, "Identified");
  await note(other.page, "Found it.");
  await expect(timeline(person.page).first()).toContainText("Found it.");
  await expect(person.page.getByRole("button", { name: "Fix in, monitor" })).toBeVisible();
});

test("whoever is writing goes on writing", async ({ person, another }) => {
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Written about by two") });
  const other = await another();
  await other.signIn(responder, `/incidents/${number}`);
  const text = person.page.getByLabel("Note", { exact: true });
  await text.pressSequentially("My own ");
  await note(other.page, "Somebody else's words.");
  await expect(timeline(person.page).first()).toContainText("Somebody else's words.");
  await expect(text).toBeFocused();
  await text.pressSequentially("words.");
  await expect(text).toHaveValue("My own words.");
});

test("a step that is open stays open, and is refused if it does not fit any more", async ({ person, another }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Cancelled too late") });
  const other = await another();
  await other.signIn(responder, `/incidents/${number}`);
  await page.getByText("More", { exact: true }).click();
  await page.getByText("Cancel incident…").click();
  await page.getByLabel("Reason", { exact: true }).fill("It was nothing.");
  await step(other.page, "Cause identified");
  await stands(page, "Identified");
  await expect(page.getByLabel("Reason", { exact: true })).toHaveValue("It was nothing.");
});

test("a new incident comes into the list by itself", async ({ person, another }) => {
  await person.signIn(manager);
  const other = await another();
  await other.signIn(responder);
  const title = unique("From somebody else");
  await declare(other, { title });
  await expect(rows(person.page).first()).toContainText(title);
  await expect(pill(person.page)).toHaveCount(0);
});

test("under the pointer rows stay where they are until somebody asks", async ({ person, another }) => {
  const { page } = person;
  await person.signIn(manager);
  await rows(page).nth(2).hover();
  const first = await rows(page).first().innerText();
  const other = await another();
  await other.signIn(responder);
  const title = unique("Not under the pointer");
  await declare(other, { title });
  await expect(pill(page)).toBeVisible();
  expect(await rows(page).first().innerText()).toBe(first);
  await pill(page).click();
  await expect(rows(page).first()).toContainText(title);
  await expect(pill(page)).toHaveCount(0);
});

test("twenty tabs of a browser have one that asks and one stream", async ({ person }) => {
  test.slow();
  const context = person.page.context();
  const asked: string[] = [];
  const streams = new Set<string>();
  let most = 0;
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === "/session-status") asked.push(request.frame().url());
    if (pathname === "/live") most = Math.max(most, streams.add(request.url() + crypto.randomUUID()).size);
  });
  await person.signIn(manager);
  const tabs: Page[] = [];
  for (let tab = 1; tab < TABS; tab++) {
    const page = await context.newPage();
    await page.goto(`/incidents?size=${[25, 50, 100][tab % 3]}`);
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
    tabs.push(page);
  }
  // Nobody but the first has opened a stream, and each change reaches all of them.
  expect(most, "streams that were ever opened").toBe(1);
  expect(new Set(asked).size, "tabs that asked").toBe(1);
  const title = unique("Heard in twenty tabs");
  await declare(person, { title });
  for (const tab of tabs) await expect(rows(tab).first()).toContainText(title);
});
