// An organisation has to be on the list, and nothing here lets one set itself up.
import { manager, otherManager } from "../../support/accounts.ts";
import { CONTOSO } from "../../support/directories.ts";
import { expect, test } from "../../support/world.ts";

test.use({ worldOptions: { settings: { MUSTER_TENANTS: "listed" } } });

test.beforeEach(({ muster }) => {
  muster.command("tenants", "allow", CONTOSO, "--name", "Contoso Ltd");
});

test("people of an organisation that is not on the list are told so and get no session", async ({ person }) => {
  const { page } = person;
  person.guard.expect(403);
  await page.goto("/incidents");
  await person.pick(otherManager);
  await expect(page.getByRole("heading", { level: 1, name: "Your organisation is not set up here" })).toBeVisible();
  await expect(page.locator(".reference")).toHaveText(/^Reference [A-Z0-9]{6,}$/);
  await expect(page.getByRole("link", { name: /set up your organisation/i })).toHaveCount(0);

  await person.open("/");
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
});

test("there is no page on which an organisation sets itself up", async ({ person }) => {
  person.guard.expect(404);
  await person.open("/onboard");
  await expect(person.page.getByRole("heading", { level: 1, name: "Nothing here" })).toBeVisible();
});

test("once an organisation is blocked, the next click of its people leads to the sign-in", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await person.signIn(manager);
  muster.command("tenants", "block", CONTOSO, "--reason", "A test");
  // Each server looks at the list every two seconds.
  const clicked = async () => {
    await page.goto("/incidents");
    return page.getByRole("heading", { level: 1 }).innerText();
  };
  await expect.poll(clicked).toBe("Sign in");

  person.guard.expect(403);
  await person.pick(manager);
  await expect(page.getByRole("heading", { level: 1, name: "Your organisation cannot use this Muster" })).toBeVisible();
});
