import type { Tone } from './tone.ts';

export interface Palette {
  readonly paper: string;
  readonly band: string;
  readonly card: string;
  readonly line: string;
  readonly edge: string;
  readonly ink: string;
  readonly quiet: string;
  readonly wall: string;
  /** Stripe and word of an effect or of a state's tone; the soft one fills the card. */
  readonly tones: Readonly<Record<Tone, { readonly strong: string; readonly soft: string }>>;
}

/** Text forms of the picture, which have no dark variant, use these too. */
export const light: Palette = {
  paper: '#ffffff',
  band: '#f4f6f9',
  card: '#ffffff',
  line: '#c3ccd7',
  edge: '#7b8797',
  ink: '#1a2330',
  quiet: '#515c6b',
  wall: '#e9edf2',
  tones: {
    read: { strong: '#51647d', soft: '#ffffff' },
    isolated: { strong: '#1a569b', soft: '#ffffff' },
    reversible: { strong: '#7a4a00', soft: '#fffaf0' },
    irreversible: { strong: '#a8221a', soft: '#fff6f5' },
    good: { strong: '#176338', soft: '#e1f3e8' },
    warn: { strong: '#7a4a00', soft: '#fcefd8' },
    bad: { strong: '#a8221a', soft: '#fce7e5' },
    info: { strong: '#1a569b', soft: '#e4eefa' },
    idle: { strong: '#515c6b', soft: '#ffffff' },
  },
};

export const dark: Palette = {
  paper: '#11161d',
  band: '#181f28',
  card: '#212a36',
  line: '#455264',
  edge: '#8795a8',
  ink: '#e6ebf1',
  quiet: '#a7b3c2',
  wall: '#2e3947',
  tones: {
    read: { strong: '#9fb1c8', soft: '#212a36' },
    isolated: { strong: '#93c0f8', soft: '#212a36' },
    reversible: { strong: '#f1bb65', soft: '#2e2818' },
    irreversible: { strong: '#ff9c94', soft: '#36201f' },
    good: { strong: '#72d699', soft: '#14331f' },
    warn: { strong: '#f1bb65', soft: '#392a0d' },
    bad: { strong: '#ff9c94', soft: '#441a1a' },
    info: { strong: '#93c0f8', soft: '#162d4a' },
    idle: { strong: '#a7b3c2', soft: '#212a36' },
  },
};
