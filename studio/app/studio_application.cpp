#include "studio/app/studio_application.h"

#include <QAbstractEventDispatcher>
#include <QThread>

namespace ariadne::studio {

StudioApplication::StudioApplication(int& argc, char** argv) : QApplication(argc, argv) {
    clock_.start();
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, this,
            [this] { stalls_.wait(); });
}

StudioApplication::~StudioApplication() {
    disconnect(QAbstractEventDispatcher::instance(), nullptr, this, nullptr);
}

bool StudioApplication::notify(QObject* receiver, QEvent* event) {
    if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
    const QEvent::Type type = event->type();
    // Both may be gone when it comes back.
    stalls_.enter(thread()->loopLevel(), type, receiver->metaObject()->className());
    const bool known = QApplication::notify(receiver, event);
    stalls_.leave();
    if (type == QEvent::Expose && !stalls_.hasBegun()) stalls_.begin();
    return known;
}

}  // namespace ariadne::studio
