// The way in and the way out, wherever people sign in.
import { manager, nobody } from "../../support/accounts.ts";
import { inspectAll } from "../../support/inspect.ts";
import { expect, signInPage, test } from "../../support/world.ts";

test("sign in, sign out, come back, and be asked which account it shall be", async ({ person, world }) => {
  const { page } = person;
  await page.goto("/incidents?tab=all");
  await expect(page).toHaveURL(signInPage(world));
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents?tab=all");
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText(manager.name);
  await expect(page.getByText("Development sign-in")).toHaveCount(0);

  await person.signOut();
  await expect(page.getByRole("heading", { level: 1, name: "You are signed out" })).toBeVisible();
  await page.goto("/incidents");
  await expect(page).toHaveURL(signInPage(world));
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents");
});

test("a session at the provider signs in without a question", async ({ person, world }) => {
  const { page } = person;
  await page.goto(world.second!.url);
  await page.getByRole("link", { name: "Sign in" }).click();
  await person.pick(manager);
  await expect(page.getByText(`Signed in as ${manager.name}`)).toBeVisible();
  await person.open("/incidents");
  await expect(page).toHaveURL("/incidents");
  await expect(page.getByRole("banner")).toContainText(manager.name);
});

test("a sign-out that a link asks for has to be confirmed", async ({ person }) => {
  await person.signIn(manager);
  const { page } = person;
  await page.goto("/auth/sign-out");
  await expect(page.getByRole("heading", { level: 1, name: "Sign out?" })).toBeVisible();
  await inspectAll(person, "sign-out-asked");
  await page.getByRole("link", { name: "Stay signed in" }).click();
  await expect(page.getByRole("banner")).toContainText(manager.name);

  await page.goto("/auth/sign-out");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/signed-out");
});

test("cancelling ends on a page that says so, and signs nobody in", async ({ person }) => {
  const { page } = person;
  await page.goto("/incidents");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sign-in cancelled" })).toBeVisible();
  await page.goto("/incidents");
  await person.pick(manager);
  await expect(page).toHaveURL("/incidents");
});

test("somebody without a role gets in and no further", async ({ person }) => {
  const { page } = person;
  person.guard.expect(403);
  await person.signIn(nobody);
  await expect(page.getByRole("heading", { level: 1, name: "Not allowed" })).toBeVisible();
  await expect(page.getByRole("banner")).toContainText(nobody.name);
  await expect(page.getByRole("link", { name: "Declare incident" })).toHaveCount(0);
  await person.signOut();
});
