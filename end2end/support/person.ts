// Somebody at a browser: goes places, signs in through the real picker, signs out.
import { expect, type Locator, type Page, type Response } from "@playwright/test";
import type { Account } from "./accounts.ts";
import type { Guard } from "./guard.ts";

export class Person {
  constructor(
    readonly page: Page,
    readonly guard: Guard,
    /** Whether the browser runs scripts. */
    readonly scripted: boolean,
  ) {}

  /** Does not hear what others change: the page stays as it was drawn. */
  async deaf(): Promise<void> {
    this.guard.disturb();
    await this.page.route(/\/live(\?|$)/, (route) => route.abort("blockedbyclient"));
  }

  /** Takes the network away. What is on its way just then fails, and that is what this is about. */
  async goOffline(): Promise<void> {
    this.guard.disturb();
    await this.page.context().setOffline(true);
  }

  /** Opens a page of the app, ready for the first click. */
  async open(path: string): Promise<Response> {
    const response = await this.page.goto(path);
    await this.hydrated();
    return response!;
  }

  /** A click before hydration is a plain form post, which specs must not mix up with the hydrated one. */
  async hydrated(): Promise<void> {
    // The styles belong to a page, and without scripts nothing else says that they are there.
    await this.page.waitForLoadState();
    if (this.scripted) await expect(this.page.locator("html[data-hydrated]")).toBeAttached();
  }

  /** Goes to a page that asks for a sign-in, and picks an account. */
  async signIn(account: Account, path = "/incidents"): Promise<void> {
    await this.page.goto(path);
    await this.pick(account);
    await expect(this.page).toHaveURL(path);
    await this.hydrated();
  }

  /** Picks an account on the stand-in's page. */
  async pick(account: Account): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
    await this.page.getByRole("button", { name: account.username }).click();
  }

  /** Opens the menu of whoever is signed in. */
  async openMenu(): Promise<Locator> {
    const menu = this.page.getByRole("banner").locator("details.account");
    await menu.locator("summary").click();
    await expect(menu.getByRole("button", { name: "Sign out" })).toBeVisible();
    return menu;
  }

  /** Presses the button in the menu and waits for the page at the end. */
  async signOut(): Promise<void> {
    await (await this.openMenu()).getByRole("button", { name: "Sign out" }).click();
    await expect(this.page).toHaveURL("/signed-out");
    await this.hydrated();
  }
}
