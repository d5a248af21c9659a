import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const prefix = 'owner-';

/** By what others know the leases of a token, and the token cannot be known. */
export const ownerOf = (token: string): string => `${prefix}${bytesToHex(sha256(utf8ToBytes(token))).slice(0, 32)}`;

export const isOwner = (text: string): boolean => text.startsWith(prefix);
