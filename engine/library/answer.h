// Answers are for those who asked.
#pragma once

#include "engine/actor/context.h"

#include <utility>

namespace ariadne::library {

/// Replies to the message in hand when it is an ask, and is silent when it is a plain send: what
/// nobody asked for would only make a dead letter.
template <class M>
void answer(Context& cx, M&& message) {
    if (cx.replyTo().ask != 0) cx.reply(std::forward<M>(message));
}

/// The same for a refusal, which is logged as a warning when nobody asked.
template <class M>
void refuse(Context& cx, M&& message) {
    if (cx.replyTo().ask == 0) cx.log(LogLevel::kWarning, message.why);
    answer(cx, std::forward<M>(message));
}

/// Replies later, to whoever `to` is: the ask it names, or with a plain message. Nobody is nobody.
template <class M>
void answerLater(Context& cx, const ReplyTo& to, M&& message) {
    if (to.asker) cx.reply(to, std::forward<M>(message));
}

}  // namespace ariadne::library
