import type { Band } from '@/bindings/types';
import { bands as names } from '@/lib/messages';
import { t } from '@/lib/t';
import { wallEnd, wallStart } from '@/lib/tiles';
import classes from './Board.module.css';

type Span = (from: number, until: number) => { top: string; height: string };

/** Told apart by pattern and word, not by colour alone. The column's header says them to a screen reader. */
export function Bands({ bands, span }: { bands: Band[]; span: Span }) {
  return bands.map((band) => (
    <div
      key={`${band.kind}-${band.from}`}
      className={classes.band}
      data-kind={band.kind}
      style={span(band.from, band.until)}
      title={band.kind === 'working' ? undefined : bandSentence(band)}
      aria-hidden
    >
      {band.kind !== 'working' && (
        <span className={classes.bandName}>
          {names[band.kind]}
          {band.label && ` · ${band.label}`}
        </span>
      )}
    </div>
  ));
}

export function bandSentence(band: Band): string {
  const said = { kind: names[band.kind], wall: `${wallStart(band)}–${wallEnd(band)}` };
  return band.label ? t('day.bandLabel', { ...said, label: band.label }) : t('day.band', said);
}
