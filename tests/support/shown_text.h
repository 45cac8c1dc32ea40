// So that a failed QCOMPARE of two std::strings shows both.
#pragma once

#include <QTest>

#include <string>

template <>
inline char* QTest::toString(const std::string& text) {
    return qstrdup(text.c_str());
}
