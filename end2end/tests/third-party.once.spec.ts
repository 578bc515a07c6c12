// The provider at another site than Muster, as at Entra: whether a hidden frame has the provider's cookies there is the
// browser's decision.
import { manager } from "../support/accounts.ts";
import { found, withCookies } from "../support/frames.ts";
import { LAYOUTS } from "../support/layouts.ts";
import { bar, says } from "../support/standing.ts";
import { expect, test } from "../support/world.ts";

// Over TLS the provider's cookies are made for frames of other sites.
test.use({ layout: LAYOUTS[1]!, worldOptions: { tls: true, settings: { MUSTER_SILENT_CHECK: "on" } } });

test("a browser that sends them finds the person there", async ({ world }) => {
  await withCookies("allowed", world.muster.url, async (person) => {
    await person.signIn(manager);
    await expect.poll(() => found(person.page)).toEqual(["same"]);
    await expect(says(person.page)).toBeEmpty();
  });
});

test("a browser that blocks them finds nothing out, and nobody is said to be signed out", async ({ world }) => {
  await withCookies("blocked", world.muster.url, async (person) => {
    const { page } = person;
    const answered = page.waitForRequest(/\/auth\/callback\?.*error=login_required/);
    await person.signIn(manager);
    await answered;
    // The provider saw nobody, and says so. That is no news of the person.
    await expect.poll(() => found(page)).toEqual(["unknown"]);
    await expect(page.locator("iframe")).toHaveCount(0);
    await expect(says(page)).toBeEmpty();
    await expect(bar(page).getByRole("button")).toHaveCount(0);
    await person.open("/sessions");
    await expect(page.getByRole("banner")).toContainText(manager.name);
  });
});
