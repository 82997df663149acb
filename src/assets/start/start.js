'use strict';

/** The page at `/` of a server without a front end. Texts of the server are shown as texts, never as HTML. */

const find = (id) => document.getElementById(id);

async function ask(path, options = {}) {
  const response = await fetch(path, { credentials: 'same-origin', ...options });
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Error(typeof body?.detail === 'string' ? body.detail : `Error ${response.status}`);
  return body;
}

const send = (path, body) =>
  ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const stateOf = (name, promise) =>
  promise.then(
    () => element('li', `${name} answers`, { 'data-state': 'done' }),
    () => element('li', `${name} does not answer`, { 'data-state': 'bad' }),
  );

async function showHealth() {
  const states = await Promise.all([stateOf('Server', ask('/health')), stateOf('Database', ask('/health/db'))]);
  find('health').replaceChildren(...states);
}

function showChecklist(items) {
  const lines = items.map(({ title, state, text, command }) => {
    const words = { done: 'done', todo: 'to do', absent: 'later' };
    const line = element('li', '', { 'data-state': state });
    line.append(
      element('strong', title),
      element('span', ` (${words[state]}) `, { class: 'hint' }),
      element('div', text),
    );
    if (command)
      line.append(element('pre', command, { tabindex: '0', role: 'region', 'aria-label': `Next: ${title}` }));
    return line;
  });
  find('checklist').replaceChildren(...lines);
}

function showForm(isFirst) {
  find('session-title').textContent = isFirst ? 'Create the administrator' : 'Sign in';
  find('session-text').textContent = isFirst
    ? 'There is no account yet. The first one becomes the administrator.'
    : 'Administrators see here what is left to set up.';
  find('form-submit').textContent = isFirst ? 'Create account' : 'Sign in';
  find('form-password').autocomplete = isFirst ? 'new-password' : 'current-password';
  find('name-field').hidden = !isFirst;
  find('form-name').required = isFirst;
  find('form').hidden = false;
  find('sign-out').hidden = true;
}

function showUser({ name, role }) {
  find('session-title').textContent = `Signed in as ${name}`;
  find('session-text').textContent =
    role === 'admin' ? '' : 'Only administrators see the list of what is left to set up.';
  find('form').hidden = true;
  find('sign-out').hidden = false;
}

/** Asks for everything first and shows it at once. */
async function showSession() {
  const config = await ask('/api/config');
  // No request without a session: its failure would be in the console of every visitor.
  const user = config.features.enable_folders === undefined ? null : await ask('/api/v1/auths/').catch(() => null);
  const checklist = user?.role === 'admin' ? await ask('/api/v1/configs/checklist') : null;
  document.title = config.name;
  find('name').textContent = config.name;
  if (user) showUser(user);
  else showForm(config.onboarding === true);
  showChecklist(checklist?.items ?? []);
  find('setup').hidden = checklist === null;
  find('session').hidden = false;
}

async function submit(event) {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(find('form')));
  find('form-error').textContent = '';
  try {
    const isFirst = !find('name-field').hidden;
    await send(isFirst ? '/api/v1/auths/signup' : '/api/v1/auths/signin', fields);
    find('form').reset();
    await showSession();
    find('session-title').scrollIntoView();
  } catch (error) {
    find('form-error').textContent = error.message;
    find('form-password').focus();
  }
}

async function signOut() {
  await ask('/api/v1/auths/signout');
  await showSession();
  find('form-email').focus();
}

find('form').addEventListener('submit', submit);
find('sign-out').addEventListener('click', signOut);
showHealth();
showSession();
