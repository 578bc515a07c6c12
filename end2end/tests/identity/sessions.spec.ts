// The list of sessions, and ending those that are elsewhere.
import { admin, auditor, viewer } from "../../support/accounts.ts";
import { expect, signInPage, test } from "../../support/world.ts";

test("a browser that is revoked from another one is at the sign-in page at its next request", async ({
  person,
  another,
  world,
}) => {
  const there = await another();
  await there.signIn(auditor);
  await person.signIn(auditor, "/sessions");
  const rows = person.page.locator("table.sessions tbody tr");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("This browser");
  await rows.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(rows).toHaveCount(1);

  await there.page.goto("/incidents");
  await expect(there.page).toHaveURL(signInPage(world));
  // Whoever was signed out is asked again, though the provider still knows them.
  await there.pick(auditor);
  await expect(there.page).toHaveURL("/incidents");
  await person.open("/sessions");
  await expect(rows).toHaveCount(2);
});

test("somebody who is signed out by an Admin is at the sign-in page", async ({ person, another, world }) => {
  const there = await another();
  await there.signIn(viewer);
  await person.signIn(admin, "/admin/sessions");
  const { page } = person;
  await page.getByRole("link", { name: viewer.name }).first().click();
  await page.getByText("Sign out everywhere…").click();
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(page.getByText(`${viewer.name} is not signed in anywhere.`)).toBeVisible();

  await there.page.goto("/incidents");
  await expect(there.page).toHaveURL(signInPage(world));
});
