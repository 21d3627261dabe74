import { SqlError, toSqlError } from './error.ts';

const SYSTEM_ERRORS: Readonly<Record<string, { readonly text: string; readonly state: string }>> = {
  ENOENT: { text: 'no such file or directory', state: '58P01' },
  ENOTDIR: { text: 'a part of the path is not a directory', state: '58P01' },
  EISDIR: { text: 'it is a directory', state: '42809' },
  EACCES: { text: 'permission denied', state: '42501' },
  EPERM: { text: 'operation not permitted', state: '42501' },
  EEXIST: { text: 'it already exists', state: '58P02' },
  ENOSPC: { text: 'no space left on device', state: '53100' },
  EMFILE: { text: 'too many open files', state: '53000' },
};

/** The SqlError of a failed file operation; `action` reads as in "cannot open". */
export function fileError(action: string, path: string, thrown: unknown, hint?: string): SqlError {
  if (thrown instanceof SqlError) return thrown;
  const code = (thrown as { readonly code?: unknown }).code;
  if (typeof code !== 'string') return toSqlError(thrown);
  const known = SYSTEM_ERRORS[code];
  return new SqlError('io', `cannot ${action} "${path}": ${known?.text ?? code}`, {
    sqlState: known?.state,
    hint,
    cause: thrown,
  });
}
