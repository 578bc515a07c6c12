// Signing in when it does not go as planned.
import { manager, nobody } from "../support/accounts.ts";
import { expect, test } from "../support/test.ts";

test("whoever follows a link is back at it after signing in", async ({ person }) => {
  const path = "/incidents?tab=all&severity=SEV2&sort=number";
  await person.signIn(manager, path);
  await expect(person.page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
});

test("a cancelled sign-in has a reference and a way to start again", async ({ person }) => {
  const { page } = person;
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign-in cancelled" })).toBeVisible();
  await expect(page.locator(".reference")).toHaveText(/^Reference [A-Z0-9]{6,}$/);

  await page.getByRole("link", { name: "Start again" }).click();
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents");
});

test("an account without a role learns which roles there are and who grants them", async ({ person }) => {
  const { page } = person;
  person.guard.expect(403);
  await person.signIn(nobody);
  await expect(page.getByRole("heading", { level: 1, name: "Not allowed" })).toBeVisible();
  for (const role of ["Admin", "IncidentManager", "Responder", "Viewer", "Auditor"]) {
    await expect(page.getByRole("term").filter({ hasText: new RegExp(`^${role}$`) })).toBeVisible();
  }
  await expect(page.getByRole("main")).toContainText("your organisation's administrator");
  await person.signOut();
});

test("a callback works once, and a second time changes nothing", async ({ person }) => {
  const { page } = person;
  const callback = page.waitForRequest(/\/auth\/callback\?/);
  await person.signIn(manager);
  const used = (await callback).url();

  person.guard.expect(400);
  await page.goto(used);
  await expect(page.getByRole("heading", { level: 1, name: "This sign-in cannot be continued" })).toBeVisible();
  await page.getByRole("link", { name: "Continue to Muster" }).click();
  await expect(page.getByRole("banner")).toContainText(manager.name);
});

test("a callback that belongs to another browser signs nobody in", async ({ person, another, muster }) => {
  const { page } = person;
  // Kept from reaching the server, so that the code is still good.
  const stopped = page.waitForRequest(/\/auth\/callback\?/);
  await page.route(/\/auth\/callback\?/, (route) => route.abort("aborted"));
  await page.goto("/incidents");
  await person.pick(manager).catch(() => undefined);
  const stolen = (await stopped).url();

  const thief = await another();
  thief.guard.expect(400);
  await thief.page.goto(stolen);
  await expect(thief.page.getByRole("heading", { level: 1, name: "This sign-in cannot be continued" })).toBeVisible();
  await thief.page.goto(muster.url);
  await expect(thief.page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
});
