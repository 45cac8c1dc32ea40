// What every shared object must have for itself.
#pragma once

/// On templates with static data. Statics of templates are one per process by default, also across
/// program libraries that were loaded apart: of two libraries with different actors of one name the
/// second would run the code of the first.
#define ARIADNE_PER_MODULE [[gnu::visibility("hidden")]]
