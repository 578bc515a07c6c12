// What the authority asks of a person who has a session here: said in one sentence, done with one button, and nothing that
// was typed is lost over it.
import type { BrowserContext, Page } from "@playwright/test";
import { type Account, admin, manager } from "../support/accounts.ts";
import { noteField, writing } from "../support/incidents.ts";
import type { Muster } from "../support/muster.ts";
import type { Person } from "../support/person.ts";
import { asks, bar, inWindow, says } from "../support/standing.ts";
import { expect, test } from "../support/test.ts";

const CONTEXT = "c1";
const TEXT = "The disk filled up at 03:02, because";

/** What a request to the authority asks for; each time somebody is led there, one is added. */
type Asked = { claims: unknown; scope: string };

function listen(context: BrowserContext): Asked[] {
  const asked: Asked[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!url.pathname.endsWith("/oauth2/v2.0/authorize") || request.method() !== "GET") return;
    const of = (name: string) => url.searchParams.get(name);
    asked.push({ claims: JSON.parse(of("claims") ?? "{}"), scope: of("scope") ?? "" });
  });
  return asked;
}

/** The claims that bring the authentication context. */
const CHALLENGE = { access_token: { acrs: { essential: true, value: CONTEXT } } };
/** The same in a request, beside what Muster says of itself. */
const WITH_CHALLENGE = expect.objectContaining({ access_token: expect.objectContaining(CHALLENGE.access_token) });

/** The person asks for something that takes a new token, it is refused, and the page asks how things stand. */
async function refused(person: Person): Promise<void> {
  const { page } = person;
  const answered = page.waitForResponse(/\/sfn\/people\/me/);
  await person.openMenu();
  await answered;
  await page.keyboard.press("Escape");
  await asks(page);
}

/** Nothing is said any more, and what was typed can be sent as if nothing had been. */
async function goesOn(page: Page): Promise<void> {
  await expect(says(page)).toBeEmpty();
  await expect(bar(page).getByRole("button")).toHaveCount(0);
  await expect(noteField(page)).toHaveValue(TEXT);
  await noteField(page).pressSequentially(" of a log.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.locator("#timeline")).toContainText(`${TEXT} of a log.`);
}

/** The next requests for a new token get this answer, until it is taken back. */
const refuse = (muster: Muster, code: number) =>
  muster.order({ do: "fail", endpoint: "token", grant_type: "refresh_token", code, always: true });

test.beforeEach(async ({ person, muster }) => {
  // They run out while they are in use: each call needs a new one.
  await muster.order({ do: "set_token_life", access_seconds: 60 });
  await person.page.clock.install();
});

test.afterEach(async ({ muster }) => {
  await muster.order({ do: "demand_context", username: manager.username });
  await muster.order({ do: "demand_context", username: admin.username });
  await muster.order({ do: "reset" });
});

test("a second factor is asked for with the claims of the challenge", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, TEXT);
  await muster.order({ do: "demand_context", username: manager.username, context: CONTEXT });
  const asked = listen(page.context());
  await refused(person);
  await expect(says(page)).toContainText("Your organisation asks for a second proof that it is you.");
  await expect(bar(page).getByRole("button")).toHaveCount(1);
  await inWindow(page, bar(page).getByRole("button", { name: "Continue" }), (there) =>
    there.getByRole("button", { name: "Approve" }).click(),
  );
  await goesOn(page);
  expect(asked).toEqual([{ claims: WITH_CHALLENGE, scope: expect.anything() }]);
});

test("where no window may open, the page goes there with the claims and comes back with the text", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await page.addInitScript(() => Object.assign(window, { open: () => null }));
  await person.signIn(manager);
  await writing(person, TEXT);
  const address = page.url();
  await muster.order({ do: "demand_context", username: manager.username, context: CONTEXT });
  const asked = listen(page.context());
  await refused(person);
  await bar(page).getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await expect(page).toHaveURL(address);
  await person.hydrated();
  await goesOn(page);
  expect(asked).toEqual([{ claims: WITH_CHALLENGE, scope: expect.anything() }]);
});

for (const [what, code, words, button] of [
  ["a consent", 65_001, "Muster needs your consent to act in your name.", "Continue"],
  ["a new password", 50_055, "Your password has to be changed before you can go on.", "Continue"],
  ["another sign-in", 70_043, "Your organisation asks you to sign in again.", "Sign in again"],
] as const) {
  test(`${what} is asked for in its own words, once`, async ({ person, muster }) => {
    const { page } = person;
    await person.signIn(manager);
    await writing(person, TEXT);
    await refuse(muster, code);
    const asked = listen(page.context());
    await refused(person);
    await expect(says(page)).toContainText(words);
    await expect(bar(page).getByRole("button")).toHaveCount(1);
    await muster.order({ do: "stop_failing", endpoint: "token" });
    await inWindow(page, bar(page).getByRole("button", { name: button }));
    await goesOn(page);
    expect(asked).toHaveLength(1);
  });
}

test("tokens that were revoked are asked for anew", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, TEXT);
  await muster.order({ do: "end_refresh_tokens", username: manager.username, by: "revocation" });
  const asked = listen(page.context());
  await refused(person);
  await expect(says(page)).toContainText("Your organisation asks you to sign in again.");
  await inWindow(page, bar(page).getByRole("button", { name: "Sign in again" }));
  await goesOn(page);
  expect(asked).toHaveLength(1);
});

test("an authority that is never content is not asked again and again by itself", async ({ person, muster }) => {
  const { page } = person;
  await person.signIn(manager);
  await writing(person, TEXT);
  await refuse(muster, 70_043);
  const asked = listen(page.context());
  await refused(person);
  const wanted = "Your organisation asks you to sign in again.";
  for (const round of [0, 1, 2]) {
    // What needs a new token meets the same refusal again.
    await page.evaluate(() => fetch("/me/photo", { cache: "no-store" }));
    // However long it stands there, nobody goes anywhere without the button.
    for (let minute = 0; minute < 3; minute++) await asks(page);
    await expect(says(page)).toContainText(wanted);
    expect(asked).toHaveLength(round);
    await inWindow(page, bar(page).getByRole("button", { name: "Sign in again" }));
  }
  await expect(noteField(page)).toHaveValue(TEXT);
});

test("looking for colleagues leads to the step that is asked for, with its claims, in a tab of its own", async ({
  person,
  muster,
}) => {
  const { page } = person;
  await giveConsent(person, admin);
  await page.getByLabel("Title", { exact: true }).fill("Typed before");
  await muster.order({ do: "demand_context", username: admin.username, context: CONTEXT });
  const asked = listen(page.context());
  const field = page.getByRole("combobox", { name: "Find a colleague" });
  await field.fill("novakov");
  await page.clock.fastForward(1_000);
  const link = page.locator(".asked").getByRole("link");
  await expect(link).toBeVisible();
  await expect(page.locator(".asked")).toContainText("your organisation asks");
  const [tab] = await Promise.all([page.waitForEvent("popup"), link.click()]);
  await tab.getByRole("button", { name: "Approve" }).click();
  await expect(tab).toHaveURL(page.url());
  await tab.close();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Typed before");
  await field.fill("");
  await field.fill("novakov");
  await page.clock.fastForward(1_000);
  await expect(page.getByRole("option").filter({ hasText: "Amina Novakova" })).toBeVisible();
  expect(asked).toEqual([
    {
      claims: WITH_CHALLENGE,
      scope: expect.stringContaining("User.ReadBasic.All"),
    },
  ]);
});

/** Signs in and lets Muster look people up, so that consent is not what is missing. */
async function giveConsent(person: Person, account: Account): Promise<void> {
  const { page } = person;
  await person.signIn(account, "/incidents/new");
  await page.getByRole("combobox", { name: "Find a colleague" }).fill("novak");
  await page.clock.fastForward(1_000);
  const link = page.locator(".asked").getByRole("link");
  await expect(link).toBeVisible();
  const [tab] = await Promise.all([page.waitForEvent("popup"), link.click()]);
  await tab.getByRole("button", { name: "Accept" }).click();
  await expect(tab).toHaveURL(page.url());
  await tab.close();
}
