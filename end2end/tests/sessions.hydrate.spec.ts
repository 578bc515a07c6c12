// A hydrated page whose session was ended elsewhere.
import { admin, responder, viewer } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";

test("what a script asks for after the session has ended leads to the sign-in page", async ({ person, another }) => {
  await person.signIn(responder);
  const there = await another();
  await there.signIn(responder, "/sessions");
  await there.page.getByText("Sign out all others…").click();
  await there.page.getByRole("button", { name: "Sign out all others" }).click();
  await expect(there.page.locator("table.sessions tbody tr")).toHaveCount(1);

  person.guard.expect(401);
  await person.page.getByRole("link", { name: "Declare" }).click();
  await expect(person.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("each view of everybody's sessions takes the focus, and so does the empty one", async ({ person, another }) => {
  const there = await another();
  await there.signIn(responder);
  await person.signIn(admin, "/admin/sessions");
  const { page } = person;
  const main = page.locator("#main");
  await page.getByRole("link", { name: "Sign everyone out…" }).press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "Sign everyone out?" })).toBeVisible();
  await expect(main).toBeFocused();
  await page.getByRole("link", { name: "Cancel" }).press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "Sign everyone out?" })).toHaveCount(0);
  await expect(main).toBeFocused();
  await page.getByRole("link", { name: responder.name }).first().press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `Sessions of ${responder.name}` })).toBeVisible();
  await expect(main).toBeFocused();

  const menu = page.locator("details.account");
  await menu.locator("summary").press("Enter");
  await menu.getByRole("link", { name: "Sessions of everyone" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Sessions of everyone" })).toBeVisible();
  await expect(menu).not.toHaveAttribute("open");
  await expect(main).toBeFocused();
  await page.getByRole("link", { name: responder.name }).first().press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: `Sessions of ${responder.name}` })).toBeVisible();
  await expect(main).toBeFocused();

  await page.getByText("Sign out everywhere…").press("Enter");
  await page.getByRole("button", { name: "Sign out everywhere" }).press("Enter");
  await expect(page.getByRole("heading", { level: 2, name: "No sessions" })).toBeVisible();
  await expect(page.locator("#sessions")).toBeFocused();
});

test("pressing Enter twice ends one session", async ({ person, another }) => {
  for (const account of [responder, viewer]) await (await another()).signIn(account);
  await person.signIn(admin, "/admin/sessions");
  const { page } = person;
  const rows = page.locator("table.sessions tbody tr");
  const before = await rows.count();
  const button = rows.filter({ hasNotText: "This browser" }).first().getByRole("button", { name: /^Sign out/ });
  await button.press("Enter");
  await expect(rows).toHaveCount(before - 1);
  await expect(page.locator("#sessions")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.reload();
  await expect(rows).toHaveCount(before - 1);
});
