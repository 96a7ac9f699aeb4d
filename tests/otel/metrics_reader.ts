import {
  DataPointType,
  MeterProvider,
  MetricReader,
  type DataPoint,
  type Histogram,
  type MetricData,
} from "@opentelemetry/sdk-metrics";

class Reader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

/** One series of a metric: its attributes, and its sum; of histograms also how often something was recorded. */
export interface Series {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly sum: number;
  readonly count?: number;
}

/** A meter provider whose metrics a test can read. */
export class ReadMetrics {
  readonly #reader = new Reader();
  readonly provider = new MeterProvider({ readers: [this.#reader] });

  /** All metrics as they are now, by their names. */
  async all(): Promise<Record<string, { unit: string; type: string; series: Series[] }>> {
    const { resourceMetrics } = await this.#reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      metrics.map((metric) => [
        metric.descriptor.name,
        {
          unit: metric.descriptor.unit,
          type: typeOf(metric),
          series: (metric.dataPoints as DataPoint<number | Histogram>[]).map(toSeries),
        },
      ]),
    );
  }

  /** The sums over all series of each metric that has any; of a histogram how often something was recorded. */
  async sums(): Promise<Record<string, number>> {
    const all = Object.entries(await this.all());
    const sumOf = (series: Series[]) => series.reduce((total, { sum, count }) => total + (count ?? sum), 0);
    return Object.fromEntries(all.map(([name, { series }]) => [name, sumOf(series)]));
  }

  /** The series of a metric; none where nothing was recorded. */
  async series(name: string): Promise<Series[]> {
    return (await this.all())[name]?.series ?? [];
  }
}

function typeOf(metric: MetricData): string {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? "counter" : "up and down";
  const [first] = metric.dataPointType === DataPointType.HISTOGRAM ? metric.dataPoints : [];
  return `histogram: ${first?.value.buckets.boundaries.join(" ")}`;
}

function toSeries({ attributes, value }: DataPoint<number | Histogram>): Series {
  if (typeof value === "number") return { attributes, sum: value };
  return { attributes, sum: value.sum ?? 0, count: value.count };
}
