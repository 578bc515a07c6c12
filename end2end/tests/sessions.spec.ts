// Where people are signed in, and signing out from afar.
import { admin, manager, responder, viewer } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";

test("a browser that is signed out elsewhere is at the sign-in page at its next request", async ({ person, another }) => {
  await person.signIn(responder, "/sessions");
  const rows = person.page.locator("table.sessions tbody tr");
  await expect(rows.first()).toContainText("This browser");
  await expect(rows.first()).toContainText("Chrome on Linux");
  // Other tests leave sessions behind.
  const before = await rows.count();
  const there = await another();
  await there.signIn(responder);
  await person.open("/sessions");
  await expect(rows).toHaveCount(before + 1);

  // The latest of the others.
  await rows.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(rows).toHaveCount(before);
  const done = person.scripted ? "Done. 1 session was signed out." : "Done. They are signed out.";
  await expect(person.page.getByText(done)).toBeVisible();

  await there.page.goto("/incidents");
  await expect(there.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("all others are signed out after a question, and this browser stays", async ({ person, another }) => {
  const others = [await another(), await another()];
  for (const other of others) await other.signIn(manager);
  await person.signIn(manager, "/sessions");
  const { page } = person;
  await page.getByText("Sign out all others…").click();
  await expect(page.getByText(/^All \d+ other sessions end\. This browser stays signed in\.$/)).toBeVisible();
  await page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(page.locator("table.sessions tbody tr")).toHaveCount(1);
  await expect(page.getByText("You are not signed in anywhere else.")).toBeVisible();
  for (const other of others) {
    await other.page.goto("/sessions");
    await expect(other.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  }
});

test("signing out of this browser on the page is signing out", async ({ person }) => {
  await person.signIn(manager, "/sessions");
  await person.page.locator("table.sessions").getByRole("button", { name: "Sign out" }).first().click();
  await expect(person.page).toHaveURL("/signed-out");
});

test("an Admin signs a person out everywhere", async ({ person, another }) => {
  const there = await another();
  await there.signIn(viewer);
  await person.signIn(admin);
  const { page } = person;
  await (await person.openMenu()).getByRole("link", { name: "Sessions of everyone" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sessions of everyone" })).toBeVisible();
  await page.getByRole("link", { name: viewer.name }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: `Sessions of ${viewer.name}` })).toBeVisible();
  await page.getByText("Sign out everywhere…").click();
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByText(`${viewer.name} is not signed in anywhere.`)).toBeVisible();
  await there.page.goto("/incidents");
  await expect(there.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});
