// Asks the server over its JSON interface, and tells a refusal from a failure.

import { lang } from "./words.js";

const PATIENCE = 30000; // Milliseconds until an unanswered request counts as failed.

/** The server understood and said no: sending the same again would not help. */
export class Refusal extends Error {}

export async function call(query, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(`api/chat${query}`, { ...options, cache: "no-store", signal: stop.signal });
    return await read(response);
  } finally {
    clearTimeout(timer);
  }
}

async function read(response) {
  const value = await response.json();
  const later = response.status === 408 || response.status === 429;
  if (response.ok && Array.isArray(value.messages)) return value;
  if (response.status >= 400 && response.status < 500 && !later && value.error) {
    throw new Refusal(value.error);
  }
  throw new Error(`status ${response.status}`);
}

export function post({ id, text, action }) {
  const body = JSON.stringify({ id, text, action });
  const headers = { "content-type": "application/json" };
  return call(`?lang=${lang}`, { method: "POST", headers, body });
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
