// Signing out of one application is signing out of the other: the provider tells them in frames.
import type { Page } from "@playwright/test";
import { manager } from "../../support/accounts.ts";
import type { Person } from "../../support/person.ts";
import { type World, expect, signInPage, test } from "../../support/world.ts";

/** Signs in to both, in one browser: the second one asks nobody. */
async function signInToBoth(person: Person, world: World): Promise<Page> {
  await person.signIn(manager);
  const second = await person.page.context().newPage();
  await second.goto(world.second!.url);
  await second.getByRole("link", { name: "Sign in" }).click();
  await expect(second.getByText(`Signed in as ${manager.name}`)).toBeVisible();
  return second;
}

test("signing out of another application ends the session here", async ({ person, world }) => {
  const second = await signInToBoth(person, world);
  const told = second.waitForResponse(/\/auth\/front-channel-logout\?/);
  await second.getByRole("button", { name: "Sign out" }).click();
  expect((await told).status()).toBe(200);
  await expect(second.getByText("Nobody is signed in")).toBeVisible();

  await person.page.goto("/incidents");
  await expect(person.page).toHaveURL(signInPage(world));
});

test("signing out here ends the session in another application", async ({ person, world }) => {
  const second = await signInToBoth(person, world);
  await person.signOut();
  await second.reload();
  await expect(second.getByText("Nobody is signed in")).toBeVisible();
});

test("somebody else's session is not ended with it", async ({ person, another, world }) => {
  const elsewhere = await another();
  await elsewhere.signIn(manager);
  const second = await signInToBoth(person, world);
  await second.getByRole("button", { name: "Sign out" }).click();
  await expect(second.getByText("Nobody is signed in")).toBeVisible();

  await elsewhere.open("/incidents");
  await expect(elsewhere.page).toHaveURL("/incidents");
});
