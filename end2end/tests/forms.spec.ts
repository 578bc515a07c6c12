// Forms that are refused, sent twice, or sent too late: nothing that was typed is lost.
import { manager, responder } from "../support/accounts.ts";
import { declare, declareButton, rows, unique } from "../support/incidents.ts";
import { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

test("a refused form names the field and keeps what was typed", async ({ person }) => {
  const { page } = person;
  await person.signIn(responder, "/incidents/new");
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV1");
  await page.getByLabel("Summary", { exact: true }).fill("Typed before the title.\n</textarea><b>kept</b>");
  await page.getByLabel("Needs triage first").check();

  person.guard.expect(422);
  await declareButton(page).click();
  const problem = page.getByRole("alert");
  await expect(problem).toContainText("Title must not be empty");
  await expect(page).toHaveURL("/incidents/new");
  await expect(page.getByLabel("Title", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Title", { exact: true })).toHaveAccessibleDescription(/Title must not be empty/);
  await expect(page.getByLabel("Severity", { exact: true })).toHaveValue("SEV1");
  await expect(page.getByLabel("Summary", { exact: true })).toHaveValue(
    "Typed before the title.\n</textarea><b>kept</b>",
  );
  await expect(page.getByLabel("Needs triage first")).toBeChecked();
  if (person.scripted) await expect(problem).toBeFocused();

  await problem.getByRole("link", { name: "Title must not be empty" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toBeFocused();
  await page.keyboard.type("Now with a title");
  await declareButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: "Now with a title" })).toBeVisible();
});

test("a text that is too long is refused whole, never cut", async ({ person }) => {
  const { page } = person;
  await person.signIn(responder, "/incidents/new");
  const title = "x".repeat(201);
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV4");
  person.guard.expect(422);
  await declareButton(page).click();
  await expect(page.getByRole("alert")).toContainText("has 201 characters; at most 200 fit");
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(title);
});

test("pressing twice declares one incident", async ({ person }) => {
  const { page } = person;
  const title = unique("Pressed twice");
  await person.signIn(responder, "/incidents/new");
  await page.getByLabel("Title", { exact: true }).fill(title);
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV3");
  await declareButton(page).dblclick();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await person.open("/incidents?tab=all&sort=number");
  await expect(rows(page).filter({ hasText: title })).toHaveCount(1);
});

test("a form that the network sends twice declares one incident", async ({ person, muster }) => {
  const { page } = person;
  const title = unique("Sent twice");
  await person.signIn(responder, "/incidents/new");
  const form = { title, severity: "SEV3", key: await page.locator("input[name=key]").inputValue() };
  const send = () =>
    page.request.post("/incidents/new", { form, headers: { origin: muster.url }, maxRedirects: 0 });
  const answers = await Promise.all([send(), send()]);
  expect(answers.map((answer) => answer.status())).toEqual([303, 303]);
  const [first, second] = answers.map((answer) => answer.headers()["location"]);
  expect(first).toMatch(/^\/incidents\/INC-\d+$/);
  expect(second).toBe(first);
});

test("an empty note is refused at its form", async ({ person }) => {
  const { page } = person;
  await person.signIn(responder);
  await declare(person, { title: unique("Without a note") });
  person.guard.expect(422);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByRole("alert")).toContainText("Note must not be empty");
  await expect(page.getByLabel("Note", { exact: true })).toHaveAttribute("aria-invalid", "true");
});

test("a session that ended under a form gives the text back", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Left open over lunch") });
  const text = "Half an hour of typing.";
  await page.getByLabel("Note", { exact: true }).fill(text);

  // In another tab of the same browser.
  const tab = await page.context().newPage();
  await tab.goto("/");
  await (await new Person(tab, person.guard, person.scripted).openMenu()).getByRole("button", { name: "Sign out" }).click();
  await expect(tab).toHaveURL("/signed-out");

  person.guard.expect(401);
  await page.getByRole("button", { name: "Add note" }).click();
  if (person.scripted) {
    // The page stays, and the text in it.
    await expect(page.getByRole("alert")).toContainText("Your session has ended");
    await expect(page.getByLabel("Note", { exact: true })).toHaveValue(text);
    return;
  }
  await expect(page.getByRole("heading", { level: 1, name: "Your session ended" })).toBeVisible();
  await expect(page.locator("pre")).toHaveText(text);
  await page.getByRole("link", { name: "Sign in" }).click();
  await person.pick(manager);
  await expect(page).toHaveURL(`/incidents/${number}`);
});
