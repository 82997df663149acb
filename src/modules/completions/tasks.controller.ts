import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiAuth, CurrentPrincipal } from '../../common/auth/access-rules';
import type { Principal } from '../../common/auth/principal';
import { ChatTasksResponse, StopTaskResponse, TasksResponse } from './tasks.dto';
import { TasksService } from './tasks.service';

@ApiTags('tasks')
@ApiAuth()
@Controller('api/tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  /** Own running replies; administrators see everybody's. */
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<TasksResponse> {
    return this.tasks.list(principal);
  }

  /** Running replies in a chat of the caller; none for any other chat. */
  @Get('chat/:chatId')
  listOfChat(@CurrentPrincipal() principal: Principal, @Param('chatId') chatId: string): Promise<ChatTasksResponse> {
    return this.tasks.listOfChat(principal, chatId);
  }

  /** Stops a reply of the caller, or of anybody for administrators; the text so far stays. */
  @Post('stop/:taskId')
  stop(@CurrentPrincipal() principal: Principal, @Param('taskId') taskId: string): Promise<StopTaskResponse> {
    return this.tasks.stop(principal, taskId);
  }
}
