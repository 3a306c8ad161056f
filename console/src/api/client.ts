import type { components } from './schema';
import { end } from './session';
import { named } from './work';

/** The forms of the API, as its OpenAPI document has them. */
export type Forms = components['schemas'];
export type Problem = Forms['ProblemForm'];

const ROOT = '/api/v1alpha1';
const MOST_ATTEMPTS = 3;

/** A request that was not answered, with the server's reasons in words. */
export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }
}

/** Asks the API, under a name of its own. */
const ask = (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
  named(ROOT, (name) => fetch(ROOT + path, { ...init, headers: { ...headers, ...name } }));

async function read<T>(response: Response): Promise<T> {
  if (kindOf(response).startsWith('application/json') && response.ok) return (await response.json()) as T;
  throw await refusal(response);
}

const kindOf = (response: Response) => response.headers.get('content-type') ?? '';

/** Why there is no answer. Where the server does not know who asks, the whole console says so. */
async function refusal(response: Response): Promise<Refusal> {
  const unknown = { type: 'urn:bulkhead:problem:unknown', title: response.statusText, status: response.status };
  const isProblem = kindOf(response).startsWith('application/problem+json');
  const problem = isProblem ? ((await response.json()) as Problem) : unknown;
  if (response.status === 401) end(problem);
  return new Refusal(problem);
}

/** A picture, and the state of the cluster that it is of. */
export interface Picture {
  svg: string;
  state: string;
}

/** Reads a picture. */
export async function picture(path: string, language: string): Promise<Picture> {
  const response = await ask(path, { 'accept-language': language });
  if (!response.ok || !kindOf(response).startsWith('image/svg+xml')) throw await refusal(response);
  return { svg: await response.text(), state: response.headers.get('etag') ?? '' };
}

/** Reads something together with its picture, both of one state of the cluster. */
export async function drawn<T>(path: string, drawnPath: string, language: string): Promise<{ form: T; svg: string }> {
  for (let attempt = 0; ; attempt += 1) {
    const [response, { svg, state }] = await Promise.all([
      ask(path, { 'accept-language': language }),
      picture(drawnPath, language),
    ]);
    const form = await read<T>(response);
    if (response.headers.get('etag') === state) return { form, svg };
    // The cluster changed between the two.
    if (attempt === MOST_ATTEMPTS) throw new Error('the cluster changes faster than it is drawn');
  }
}

/** Reads; `language` is that of the messages in the answer. */
export async function get<T>(path: string, language: string): Promise<T> {
  return read<T>(await ask(path, { 'accept-language': language }));
}

/** Writes, or asks what a write would do. */
export async function post<T>(path: string, body: unknown, language: string): Promise<T> {
  const headers = { 'accept-language': language, 'content-type': 'application/json', 'x-bulkhead-csrf': '1' };
  return read<T>(await ask(path, headers, { method: 'POST', body: JSON.stringify(body) }));
}
