import { Component, type ReactNode } from 'react';

interface GuardProps {
  /** Shown instead of what could not be drawn. */
  instead: ReactNode;
  /** When this changes, drawing is tried again. */
  attempt: number;
  children: ReactNode;
}

/** Keeps one part that cannot be drawn from taking the whole sidebar with it. */
export class Guard extends Component<GuardProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidUpdate(before: GuardProps) {
    if (this.state.broken && before.attempt !== this.props.attempt) this.setState({ broken: false });
  }

  override render() {
    return this.state.broken ? this.props.instead : this.props.children;
  }
}
