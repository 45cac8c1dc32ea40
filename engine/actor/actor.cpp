#include "engine/actor/actor.h"

#include "engine/actor/context.h"

#include <vector>

namespace ariadne {

ReplyTo Context::replyTo() const {
    const kernel::Message& delivery = turn_.delivery();
    if (delivery.askId() != 0) return {turn_.asker(), delivery.ask};
    return {turn_.sender(), 0};
}

namespace internal {
namespace {
/// Filled by static initialisers and dlopen, both on the thread that loads; read by runs later.
std::vector<const kernel::CellType*>& cellTypes() {
    static std::vector<const kernel::CellType*> types;  // ban-ok: filled while a module is loaded
    return types;
}
}  // namespace

void registerCellType(const kernel::CellType& type) {
    for (const kernel::CellType* known : cellTypes())
        if (known == &type) return;
    cellTypes().push_back(&type);
}

const kernel::CellType* findCellType(std::uint64_t stateHash, const void* module) {
    const kernel::CellType* found = nullptr;
    for (const kernel::CellType* type : cellTypes()) {
        if (type->state->hash != stateHash || type->module != module) continue;
        if (found != nullptr) return nullptr;
        found = type;
    }
    return found;
}

}  // namespace internal
}  // namespace ariadne
