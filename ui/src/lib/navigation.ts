/** Where a click on a desktop notification wants the window to be; kept until somebody can go there. */
import { useEffect, useRef } from 'react';
import type { Navigate } from '@/bindings/types';

let waiting: Navigate | undefined;
let follower: ((to: Navigate) => void) | undefined;

export function navigateTo(to: Navigate): void {
  if (follower) follower(to);
  else waiting = to;
}

export function useNavigate(follow: (to: Navigate) => void): void {
  const latest = useRef(follow);
  useEffect(() => {
    latest.current = follow;
  });
  useEffect(() => {
    const own = (to: Navigate) => latest.current(to);
    follower = own;
    const kept = waiting;
    waiting = undefined;
    if (kept) own(kept);
    return () => {
      if (follower === own) follower = undefined;
    };
  }, []);
}
