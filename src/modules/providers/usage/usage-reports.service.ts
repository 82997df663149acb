import { Injectable } from '@nestjs/common';
import { UsersService } from '../../users/users.service';
import { UsageRecordsRepository } from './usage-records.repository';
import { dimensionsIn, toUsageSumResponse, type UsageReportQuery, type UsageReportResponse } from './usage.dto';
import type { UsageQuery, UsageSum } from './usage.types';

const PAGE_SIZE = 500;
const DEFAULT_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/** Usage reports for administrators. */
@Injectable()
export class UsageReportsService {
  constructor(
    private readonly records: UsageRecordsRepository,
    private readonly users: UsersService,
  ) {}

  async report(request: UsageReportQuery): Promise<UsageReportResponse> {
    const query = toQuery(request);
    const [sums, total] = await Promise.all([this.records.findSums(query), this.records.countGroups(query)]);
    const names = await this.namesOf(sums);
    return {
      from: query.from,
      to: query.to,
      items: sums.map((sum) => toUsageSumResponse(sum, query.by, names)),
      total,
    };
  }

  private async namesOf(sums: UsageSum[]): Promise<Map<string, string>> {
    const ids = sums.flatMap(({ user }) => user ?? []);
    return new Map([...(await this.users.summaries(ids))].map(([id, { name }]) => [id, name]));
  }
}

function toQuery({
  from,
  to,
  group_by: groups,
  user_id: userId,
  model_id: modelId,
  page,
}: UsageReportQuery): UsageQuery {
  const last = to ?? dayOf(Date.now());
  return {
    from: from ?? dayOf(Date.parse(last) - (DEFAULT_DAYS - 1) * DAY),
    to: last,
    by: dimensionsIn(groups ?? ''),
    userId,
    modelId,
    limit: PAGE_SIZE,
    offset: ((page ?? 1) - 1) * PAGE_SIZE,
  };
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
