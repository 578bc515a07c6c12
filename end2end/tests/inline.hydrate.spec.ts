// What hydration adds: the page stays where it is.
import type { Page } from "@playwright/test";
import { manager } from "../support/accounts.ts";
import { declare, declareButton, note, rows, stands, step, timeline, unique } from "../support/incidents.ts";
import { expect, test } from "../support/test.ts";

/** A mark that no reload survives. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
}

async function expectMark(page: Page): Promise<void> {
  expect(await page.evaluate(() => "stillTheSamePage" in window), "the page was reloaded").toBe(true);
}

test("declaring, a note and a step come without a reload", async ({ person }) => {
  const { page } = person;
  const title = unique("Without a reload");
  await person.signIn(manager, "/incidents/new");
  await mark(page);
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV3");
  await declareButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expectMark(page);

  await note(page, "First.");
  await expect(page.getByLabel("Note", { exact: true })).toHaveValue("");
  await expect(page.getByRole("status")).toContainText("Your note is on the timeline.");
  await note(page, "Second, with a key of its own.");
  await step(page, "Cause identified");
  await stands(page, "Identified");
  await expect(page.getByRole("status")).toContainText("Done.");
  await expect(timeline(page)).toHaveText([/Investigating to Identified/, /Second/, /First/, /declared/]);
  await expectMark(page);
});

test("a double click takes one step, and the focus stays with the steps", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await declare(person, { title: unique("Clicked twice") });
  const next = page.getByRole("region", { name: "Actions" }).locator("button.primary");
  const { x, y, width, height } = (await next.boundingBox())!;
  const [left, top] = [x + width / 2, y + height / 2];
  await page.mouse.click(left, top);
  // The next step stands where the pointer is.
  await expect(next).toHaveText("Fix in, monitor");
  await page.mouse.click(left, top);
  await stands(page, "Identified");
  await expect(page.getByRole("region", { name: "Actions" })).toBeFocused();
  await step(page, "Fix in, monitor");
  await stands(page, "Monitoring");
  await expect(timeline(page)).toHaveCount(3);
});

test("a step that needs a reason asks for it and keeps it when it is refused", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await declare(person, { title: unique("False alarm") });
  await mark(page);
  await page.getByText("More", { exact: true }).click();
  await page.getByText("Cancel incident…").click();
  person.guard.expect(422);
  await step(page, "Cancel incident");
  await expect(page.getByRole("alert")).toContainText("Reason");
  await page.getByLabel("Reason", { exact: true }).fill("The probe was broken.");
  await step(page, "Cancel incident");
  await expect(page.locator(".incident-header .status")).toHaveText("Cancelled");
  await expect(timeline(page).last()).toContainText("The probe was broken.");
  await expectMark(page);
});

test("from the list to an incident and back, the page is never loaded again", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await mark(page);
  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(page).toHaveURL(/tab=all/);
  await page.getByLabel("Order by").selectOption("number");
  await expect(page).toHaveURL(/sort=number/);
  await rows(page).first().getByRole("link").click();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
  // Read out, not left at the top of the document.
  await expect(page.getByRole("main")).toBeFocused();
  await page.goBack();
  await expect(page).toHaveURL(/sort=number/);
  await expect(page.getByLabel("Order by")).toHaveValue("number");
  await expectMark(page);
});

test("a note that is being written survives a step", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await declare(person, { title: unique("Written meanwhile") });
  await page.getByLabel("Note", { exact: true }).fill("Half a sen");
  await step(page, "Cause identified");
  await stands(page, "Identified");
  await expect(page.getByLabel("Note", { exact: true })).toHaveValue("Half a sen");
});

test("a session that ended leads to the sign-in, and from there on", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await page.context().clearCookies();
  person.guard.expect(401);
  await page.getByRole("link", { name: "All", exact: true }).click();
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents?tab=all");
  await expect(rows(page)).toHaveCount(25);
});

test("times are said in the reader's own zone", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents/INC-100");
  const time = page.locator(".byline time");
  const utc = new Date((await time.getAttribute("datetime"))!);
  const parts = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: "Europe/Berlin",
  }).format(utc);
  await expect(time).toHaveText(parts);
  await expect(time).toHaveAttribute("title", / UTC$/);
});
