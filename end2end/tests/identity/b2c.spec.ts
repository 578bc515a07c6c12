// Customers of Azure AD B2C: each user flow is a journey of its own. They have no role, so most pages are closed to them.
import { customers } from "../../support/directories.ts";
import { inspectAll } from "../../support/inspect.ts";
import type { Person } from "../../support/person.ts";
import { expect, signInPage, test } from "../../support/world.ts";

test.use({ worldOptions: { directory: customers } });

const tove = { username: "tove@customers.example", name: "Tove Brandvold" };
const kofi = { username: "kofi@customers.example", name: "Kofi Adjei" };

/** A page that is there for whoever is signed in. */
const WANTED = "/sessions";

async function signIn(person: Person): Promise<void> {
  const { page } = person;
  await page.goto(WANTED);
  await page.getByRole("button", { name: tove.username }).click();
  await expect(page).toHaveURL(WANTED);
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText("Tove");
}

test("a customer signs in and out at the user flow", async ({ person, world }) => {
  await signIn(person);
  await person.signOut();
  await person.page.goto(WANTED);
  await expect(person.page).toHaveURL(signInPage(world));
});

test("a forgotten password goes on by itself and ends where the person wanted to be", async ({ person }) => {
  const { page } = person;
  await page.goto(WANTED);
  await page.getByRole("button", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Reset your password" })).toBeVisible();
  await page.getByLabel("Email address").fill(kofi.username);
  await page.getByLabel("New password").fill("another correct horse");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(WANTED);
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText("Kofi");
});

test("a changed profile is in the header at once", async ({ person }) => {
  await signIn(person);
  const { page } = person;
  const menu = await person.openMenu();
  await menu.getByRole("link", { name: "Edit profile" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Edit your profile" })).toBeVisible();
  await page.getByLabel("Display name").fill("Tove Nygaard");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(WANTED);
  await person.hydrated();
  await expect(page.getByRole("banner")).toContainText("Tove Nygaard");
  await expect(page.getByRole("status").filter({ hasText: "Your profile has been changed." })).toBeVisible();
  await inspectAll(person, "notice");
});

test("cancelling the profile leads back with a quiet word and the session as it was", async ({ person }) => {
  await signIn(person);
  const { page } = person;
  const before = await page.context().cookies(page.url());
  await (await person.openMenu()).getByRole("link", { name: "Edit profile" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(WANTED);
  await person.hydrated();
  await expect(page.getByText("You cancelled. Your profile is as it was.")).toBeVisible();
  await expect(page.getByRole("banner")).toContainText("Tove");
  expect(await page.context().cookies(page.url())).toEqual(expect.arrayContaining(before));

  await person.open(WANTED);
  await expect(page.getByText("You cancelled.")).toHaveCount(0);
});

test("cancelling the sign-in leads to the start page with a quiet word", async ({ person }) => {
  const { page } = person;
  await page.goto(WANTED);
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL("/");
  await expect(page.getByText("You cancelled the sign-in. Nothing has changed.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
});
