import { html, nothing } from '../../report/html-markup.ts';
import { type Frame, layout } from './layout.ts';

export interface ErrorShown {
  readonly title: string;
  readonly detail: string;
  readonly back?: string | undefined;
  /** It loads itself again after so long, s. */
  readonly again?: number | undefined;
  /** What somebody had filled in, and would lose. */
  readonly written?: string | undefined;
}

/** Something that could not be shown or done: a sentence, and a way on. */
export function errorPage(frame: Frame, { title, detail, back, again, written = '' }: ErrorShown): string {
  return layout({
    ...frame,
    title,
    main: html`<div class="narrow"><h1>${title}</h1>
<p role="alert" class="preserve">${detail}</p>
${again === undefined ? nothing : html`<p class="under">This page tries again by itself every ${again} s.</p>`}
${written === '' ? nothing : html`<p>You had written:</p><blockquote>${written}</blockquote>`}
<p><a href="${back ?? '/'}">${back === undefined ? 'To the runs' : 'Back'}</a></p></div>`,
  });
}

/** @param to a path of this console */
export function signInPage(
  frame: Frame,
  { to, wrong, provider }: { readonly to: string; readonly wrong: string; readonly provider?: string | undefined },
): string {
  return layout({
    ...frame,
    title: 'Sign in',
    main: html`<div class="narrow"><h1>Sign in</h1>
${wrong === '' ? nothing : html`<p class="error" role="alert">${wrong}</p>`}
${provider === undefined ? nothing : html`<p><a class="button second" href="${provider}">Sign in with the identity provider</a></p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="to" value="${to}">
<label for="token">Your token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button class="first">Sign in</button>
</form>
<p class="under">An admin makes a token with <code>drillbook keys token PERSON</code>. A sealed token works while the identity provider does not.</p></div>`,
  });
}
