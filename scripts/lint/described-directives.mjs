/** Reports `eslint-disable` comments that do not say why after ` -- `. */
export const describedDirectives = {
  meta: { type: 'problem', messages: { reason: 'Say why after " -- ", or mend the code.' }, schema: [] },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments())
          if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S{3,}/.test(comment.value))
            context.report({ loc: comment.loc, messageId: 'reason' });
      },
    };
  },
};
