import type { components } from './schema';

/** The forms of the API, as its OpenAPI document has them. */
export type Forms = components['schemas'];
export type Problem = Forms['ProblemForm'];

const ROOT = '/api/v1alpha1';

/** A request that was not answered, with the server's reasons in words. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

async function read<T>(response: Response): Promise<T> {
  const kind = response.headers.get('content-type') ?? '';
  if (response.ok && kind.startsWith('application/json')) return (await response.json()) as T;
  if (kind.startsWith('application/problem+json')) throw new Refusal((await response.json()) as Problem);
  throw new Refusal({ type: 'urn:bulkhead:problem:unknown', title: response.statusText, status: response.status });
}

/** Reads; `language` is that of the messages in the answer. */
export async function get<T>(path: string, language: string): Promise<T> {
  return read<T>(await fetch(ROOT + path, { headers: { 'accept-language': language } }));
}

/** Writes, or asks what a write would do. */
export async function post<T>(path: string, body: unknown, language: string): Promise<T> {
  const headers = { 'accept-language': language, 'content-type': 'application/json', 'x-bulkhead-csrf': '1' };
  return read<T>(await fetch(ROOT + path, { method: 'POST', headers, body: JSON.stringify(body) }));
}
